DROP TABLE told_definitions;
DROP TABLE check_accounts;
DROP TABLE checks;
