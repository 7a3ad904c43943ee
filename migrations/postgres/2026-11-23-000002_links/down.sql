DROP TABLE unsettled_links;
