//! What is known of an installation's calls.

use crate::model::{Allowance, InstallationId, Points, Quota};
use crate::store::schema::quotas;
use chrono::NaiveDateTime;
use diesel::prelude::*;

#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = quotas, treat_none_as_null = true)]
pub(crate) struct QuotaRow {
    pub installation_id: i64,
    pub core_hourly: Option<i64>,
    pub core_remaining: Option<i64>,
    pub core_resets_at: Option<NaiveDateTime>,
    pub graphql_hourly: Option<i64>,
    pub graphql_remaining: Option<i64>,
    pub graphql_resets_at: Option<NaiveDateTime>,
    pub blocked_until: Option<NaiveDateTime>,
    pub minute: NaiveDateTime,
    pub core_points: i64,
    pub graphql_points: i64,
    pub updated_at: NaiveDateTime,
}

impl QuotaRow {
    pub(crate) fn new(quota: &Quota, now: NaiveDateTime) -> Self {
        let Quota { installation, core, graphql, blocked_until, points } = *quota;
        Self {
            installation_id: installation.0,
            core_hourly: core.map(|core| core.hourly),
            core_remaining: core.map(|core| core.remaining),
            core_resets_at: core.map(|core| core.resets_at),
            graphql_hourly: graphql.map(|graphql| graphql.hourly),
            graphql_remaining: graphql.map(|graphql| graphql.remaining),
            graphql_resets_at: graphql.map(|graphql| graphql.resets_at),
            blocked_until,
            minute: points.minute,
            core_points: points.core,
            graphql_points: points.graphql,
            updated_at: now,
        }
    }

    pub(crate) fn quota(&self) -> Quota {
        let allowance = |hourly: Option<i64>, remaining: Option<i64>, resets_at: Option<NaiveDateTime>| {
            Some(Allowance { hourly: hourly?, remaining: remaining?, resets_at: resets_at? })
        };
        Quota {
            installation: InstallationId::new(self.installation_id),
            core: allowance(self.core_hourly, self.core_remaining, self.core_resets_at),
            graphql: allowance(self.graphql_hourly, self.graphql_remaining, self.graphql_resets_at),
            blocked_until: self.blocked_until,
            points: Points { minute: self.minute, core: self.core_points, graphql: self.graphql_points },
        }
    }

    /// What all processes know, once one of them has `told`.
    pub(crate) fn after(&self, told: &Quota) -> Quota {
        let before = self.quota();
        let newest = |told: Option<Allowance>, before| told.map(|told| Allowance::after(told, before)).or(before);
        Quota {
            installation: told.installation,
            core: newest(told.core, before.core),
            graphql: newest(told.graphql, before.graphql),
            blocked_until: told.blocked_until.max(before.blocked_until),
            points: told.points.and(before.points),
        }
    }
}
