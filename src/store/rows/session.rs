//! Sessions of people who signed in.

use crate::store::schema::sessions;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::Value;

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct SessionRow {
    pub id: String,
    pub hash: String,
    pub user_id: i64,
    pub login: String,
    pub sealed_token: Vec<u8>,
    pub reach: Value,
    pub created_at: NaiveDateTime,
    pub checked_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
}
