//! What becomes of an event: sent, kept back, sent twice, sent late, or never.

use super::event::Event;
use super::send::send;
use crate::sandbox::state::{DeliveryMode, Hub};
use std::sync::Arc;

/// GitHub sends nothing at all instead of a larger payload.
const LARGEST_PAYLOAD: usize = 25 << 20;

/// Returns the delivery's GUID once it was answered, or was put where the mode in force puts it.
pub async fn emit(hub: &Arc<Hub>, event: Event) -> String {
    let delivery = event.into_delivery();
    let guid = delivery.guid.clone();
    if delivery.payload.len() > LARGEST_PAYLOAD {
        tracing::warn!(event = delivery.event, bytes = delivery.payload.len(), "payload too large, never sent");
        return guid;
    }
    let mode = {
        let mut state = hub.state();
        if state.deliveries.mode == DeliveryMode::Held {
            state.deliveries.held.push(delivery);
            return guid;
        }
        state.deliveries.mode
    };
    match mode {
        DeliveryMode::Never | DeliveryMode::Held => {}
        DeliveryMode::Now => send(hub, delivery, false).await,
        DeliveryMode::Twice => {
            send(hub, delivery.clone(), false).await;
            send(hub, delivery, false).await;
        }
        DeliveryMode::Late(time) => {
            let hub = hub.clone();
            hub.runtime.clone().spawn(async move {
                tokio::time::sleep(time).await;
                send(&hub, delivery, false).await;
            });
        }
    }
    guid
}
