//! Random walks through the table.

use proptest::prelude::*;

use super::*;

/// An event, and how many seconds pass before it.
fn walk() -> impl Strategy<Value = Vec<(Event, u64)>> {
    prop::collection::vec((prop::sample::select(Event::ALL), 0_u64..40), 0..60)
}

/// The next event of a walk, bent to one that the flow accepts where that is asked for, so that walks go far.
fn step(flow: &LoginFlow, drawn: Event, now: Timestamp) -> Event {
    let accepted = flow.view(now).inputs;
    match accepted.len() {
        0 => drawn,
        count => accepted[drawn as usize % count],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Saving and restoring at every rest changes nothing at all.
    #[test]
    fn a_flow_saved_and_restored_at_every_rest_goes_the_same_way(walk in walk()) {
        let (mut kept, mut restored, mut now) = (start(), start(), START);
        for (drawn, seconds) in walk {
            now = now.saturating_add(core::time::Duration::from_secs(seconds));
            let event = step(&kept, drawn, now);
            prop_assert_eq!(kept.handle(input(event), now), restored.handle(input(event), now));
            if restored.state().is_resting() {
                restored = LoginFlow::from_snapshot(&restored.to_snapshot().unwrap()).unwrap();
                restored.tighten(&FlowPolicy::new());
            }
            prop_assert_eq!(&kept, &restored);
            prop_assert_eq!(kept.view(now), restored.view(now));
            prop_assert_eq!(kept.poll(now), restored.poll(now));
        }
    }

    /// Saving and restoring at every step is settling at every step: what was under way counts as unknown.
    #[test]
    fn a_flow_saved_and_restored_at_every_step_is_one_that_settles(walk in walk()) {
        let (mut settled, mut restored, mut now) = (start(), start(), START);
        for (drawn, seconds) in walk {
            now = now.saturating_add(core::time::Duration::from_secs(seconds));
            let event = step(&settled, drawn, now);
            prop_assert_eq!(settled.handle(input(event), now), restored.handle(input(event), now));
            settled.settle();
            match restored.to_snapshot() {
                Ok(saved) => restored = LoginFlow::from_snapshot(&saved).unwrap(),
                Err(_) => prop_assert!(restored.state().is_over()),
            }
            prop_assert_eq!(&settled, &restored);
        }
    }

    /// Any event at any time is handled or refused, and refused without a trace.
    #[test]
    fn whatever_is_refused_leaves_no_trace(events in walk(), jump in any::<u64>()) {
        let mut flow = start();
        for (event, seconds) in events {
            let now = Timestamp::from_unix(jump.wrapping_add(seconds));
            let before = flow.clone();
            let listed = flow.view(now).inputs.contains(&event);
            let handled = flow.handle(input(event), now);
            prop_assert_eq!(handled.is_ok(), listed);
            if handled.is_err() {
                prop_assert_eq!(&flow, &before);
            }
        }
    }

    /// A request to send appears once for every wish to send, however often the flow is asked, saved or settled.
    #[test]
    fn a_request_to_send_begins_only_with_a_wish(walk in walk(), saves in prop::collection::vec(any::<bool>(), 60)) {
        let (mut flow, mut now) = (start(), START);
        let (mut wishes, mut sends, mut sending) = (0, 0, false);
        for ((drawn, seconds), save) in walk.into_iter().zip(saves) {
            now = now.saturating_add(core::time::Duration::from_secs(seconds));
            let event = step(&flow, drawn, now);
            let handled = flow.handle(input(event), now).is_ok();
            wishes += u32::from(handled && event == Event::SendAsked);
            if save && let Ok(saved) = flow.to_snapshot() {
                flow = LoginFlow::from_snapshot(&saved).unwrap();
            }
            let sends_now = matches!(flow.poll(now), Output::Send(_));
            sends += u32::from(sends_now && !sending);
            sending = sends_now;
            prop_assert!(sends <= wishes, "{} sends after {} wishes", sends, wishes);
        }
    }
}
