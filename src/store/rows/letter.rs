//! Dead letters.

use crate::store::schema::dead_letters;
use chrono::NaiveDateTime;
use diesel::prelude::*;

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = dead_letters)]
pub struct LetterRow {
    pub id: String,
    pub lane: Option<String>,
    pub cause: String,
    /// The beginning, if it is long.
    pub body: Vec<u8>,
    /// Of the whole body.
    pub size: i64,
    pub died_at: NaiveDateTime,
    pub retried_at: Option<NaiveDateTime>,
}
