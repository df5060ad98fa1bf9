//! Makes RSA-2048 keys.
//!
//! ring signs with them but cannot make them, and the `rsa` crate has an open advisory on its own arithmetic
//! (RUSTSEC-2023-0071), so only the search for primes is done here, by `crypto-primes`.

use std::thread;

use crypto_bigint::{BoxedUint, ConcatenatingMul, NonZero, Resize};
use crypto_primes::hazmat::{SetBits, SmallFactorsSieveFactory};
use crypto_primes::{Flavor, is_prime, sieve_and_find};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use ring::rsa::{KeyPairComponents, PublicKeyComponents};
use ring::signature::RsaKeyPair;

const PRIME_BITS: u32 = 1_024;
const PUBLIC_EXPONENT: u32 = 65_537;

/// A fresh key pair of 2,048 bits. Takes some tenths of a second on two threads.
pub(super) fn generate() -> RsaKeyPair {
    loop {
        let (p, q) = thread::scope(|scope| {
            let other = scope.spawn(prime);
            let one = prime();
            (one, other.join())
        });
        // ring checks the components against each other.
        if let Some(pair) = q.ok().and_then(|q| components(p, q)) {
            return pair;
        }
    }
}

/// A prime whose two highest bits are set, so that the product of two has 2,048 bits.
fn prime() -> BoxedUint {
    let mut random = UnwrapErr(SysRng);
    loop {
        let candidates = SmallFactorsSieveFactory::new(Flavor::Any, PRIME_BITS, SetBits::TwoMsb)
            .expect("the sieve takes 1,024 bits");
        let found = sieve_and_find(&mut random, candidates, |_, candidate| {
            is_prime(Flavor::Any, candidate)
        });
        if let Ok(Some(prime)) = found {
            return prime;
        }
    }
}

/// The key pair of two primes; nothing, in the rare case that they do not go together.
fn components(one: BoxedUint, other: BoxedUint) -> Option<RsaKeyPair> {
    let (p, q) = if one > other {
        (one, other)
    } else {
        (other, one)
    };
    let unit = BoxedUint::one_with_precision(PRIME_BITS);
    let p_less_1 = p.wrapping_sub(&unit);
    let q_less_1 = q.wrapping_sub(&unit);
    let totient = Option::from(NonZero::new(p_less_1.concatenating_mul(&q_less_1)))?;
    let exponent = BoxedUint::from(PUBLIC_EXPONENT).resize(2 * PRIME_BITS);
    let d: BoxedUint = Option::from(exponent.invert_mod(&totient))?;
    let d_p = d.rem(&Option::from(NonZero::new(p_less_1))?);
    let d_q = d.rem(&Option::from(NonZero::new(q_less_1))?);
    let q_inverse: BoxedUint = Option::from(q.invert_mod(&Option::from(NonZero::new(p.clone()))?))?;
    RsaKeyPair::from_components(&KeyPairComponents {
        public_key: PublicKeyComponents {
            n: p.concatenating_mul(&q).to_be_bytes(),
            e: PUBLIC_EXPONENT.to_be_bytes()[1..].into(),
        },
        d: d.to_be_bytes(),
        p: p.to_be_bytes(),
        q: q.to_be_bytes(),
        dP: d_p.to_be_bytes(),
        dQ: d_q.to_be_bytes(),
        qInv: q_inverse.to_be_bytes(),
    })
    .ok()
}
