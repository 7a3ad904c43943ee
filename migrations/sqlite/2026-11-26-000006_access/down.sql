DROP INDEX repositories_by_any_case;
DROP TABLE former_names;
DROP TABLE sessions;
DROP TABLE audit;
