//! The repository that `dotcursor sandbox` shows when it is given none.
