use std::thread;

use tokio::sync::watch;

use super::key::SigningKey;

/// Where the signing key will be once it is made.
#[derive(Clone, Debug)]
pub(crate) struct KeySlot(watch::Receiver<Option<SigningKey>>);

impl KeySlot {
    /// Starts to make a key on a thread of its own, and returns at once.
    pub(crate) fn make_in_background() -> Self {
        let (sender, receiver) = watch::channel(None);
        let make = move || drop(sender.send(Some(SigningKey::generate())));
        let spawned = thread::Builder::new()
            .name("idaas-signing-key".to_owned())
            .spawn(make);
        match spawned {
            Ok(_) => Self(receiver),
            // No thread to be had: a late start is better than none.
            Err(_) => Self::holding(SigningKey::generate()),
        }
    }

    pub(crate) fn holding(key: SigningKey) -> Self {
        Self(watch::channel(Some(key)).1)
    }

    /// The key, as soon as it is there.
    pub(crate) async fn key(&self) -> SigningKey {
        let mut slot = self.0.clone();
        let made = slot.wait_for(Option::is_some).await;
        // The sender is dropped only after it has sent.
        made.ok()
            .and_then(|key| key.clone())
            .expect("the key is sent before the thread that makes it ends")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn a_key_that_is_being_made_is_waited_for_by_all() {
        let slot = KeySlot::make_in_background();
        let (one, other) = tokio::join!(slot.key(), slot.key());
        assert_eq!(one.kid(), other.kid());
        assert_eq!(slot.key().await.kid(), one.kid());
    }

    #[tokio::test]
    async fn a_given_key_is_there_at_once() {
        let given = testing::signing_key();
        assert_eq!(
            KeySlot::holding(given.clone()).key().await.kid(),
            given.kid()
        );
    }
}
