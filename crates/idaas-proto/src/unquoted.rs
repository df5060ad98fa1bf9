//! Reads documents without quoting them in an error, as serde's own errors do.

use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error as StdError;
use core::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error, Expected, MapAccess, SeqAccess, Unexpected, Visitor,
};

/// Reads a value as `read` does; no error repeats what was found in its place, or in a place inside of it.
pub(crate) fn deserialize<D, T, E>(
    deserializer: D,
    read: impl FnOnce(Unquoted<D>) -> Result<T, Unquoted<E>>,
) -> Result<T, E> {
    read(Unquoted(deserializer)).map_err(Unquoted::inner)
}

/// One of serde's parts, which says of a wrong value what was expected in its place, and no more.
///
/// All parts have the same wrapper: what one hands on to another is wrapped in turn, down to the error.
#[derive(Debug)]
pub(crate) struct Unquoted<T>(T);

impl<T> Unquoted<T> {
    fn inner(self) -> T {
        self.0
    }
}

impl<E: Error> Error for Unquoted<E> {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(E::custom(message))
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {expected}"))
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::custom("unknown variant")
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::custom("unknown field")
    }
}

impl<E: Error> StdError for Unquoted<E> {}

impl<E: fmt::Display> fmt::Display for Unquoted<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! hand_on {
    ($($method:ident($($argument:ident: $kind:ty),*);)+) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $kind,)* visitor: V) -> Result<V::Value, Self::Error> {
            self.0.$method($($argument,)* Unquoted(visitor)).map_err(Unquoted)
        }
    )+};
}

// Asked for a text, serde_json itself quotes a number that it finds; asked for anything, it leaves that to us.
macro_rules! ask_for_anything {
    ($($method:ident($($argument:ident: $kind:ty),*);)+) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $kind,)* visitor: V) -> Result<V::Value, Self::Error> {
            if self.0.is_human_readable() {
                self.deserialize_any(visitor)
            } else {
                self.0.$method($($argument,)* Unquoted(visitor)).map_err(Unquoted)
            }
        }
    )+};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Unquoted<D> {
    type Error = Unquoted<D::Error>;

    hand_on! {
        deserialize_any();
        deserialize_ignored_any();
        deserialize_option();
        deserialize_newtype_struct(name: &'static str);
    }

    ask_for_anything! {
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(length: usize);
        deserialize_tuple_struct(name: &'static str, length: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_identifier();
    }

    /// The one that is not wrapped: only the binary formats have one, for an IP address.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0
            .deserialize_enum(name, variants, visitor)
            .map_err(Unquoted)
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

macro_rules! found {
    ($($method:ident($($value:ident: $kind:ty)?);)+) => {$(
        fn $method<E: Error>(self $(, $value: $kind)?) -> Result<V::Value, E> {
            self.0.$method($($value)?).map_err(Unquoted::inner)
        }
    )+};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Unquoted<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    found! {
        visit_bool(value: bool);
        visit_i8(value: i8);
        visit_i16(value: i16);
        visit_i32(value: i32);
        visit_i64(value: i64);
        visit_i128(value: i128);
        visit_u8(value: u8);
        visit_u16(value: u16);
        visit_u32(value: u32);
        visit_u64(value: u64);
        visit_u128(value: u128);
        visit_f32(value: f32);
        visit_f64(value: f64);
        visit_char(value: char);
        visit_str(value: &str);
        visit_borrowed_str(value: &'de str);
        visit_string(value: String);
        visit_bytes(value: &[u8]);
        visit_borrowed_bytes(value: &'de [u8]);
        visit_byte_buf(value: Vec<u8>);
        visit_none();
        visit_unit();
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Unquoted(value)).map_err(Unquoted::inner)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0
            .visit_newtype_struct(Unquoted(value))
            .map_err(Unquoted::inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, values: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Unquoted(values)).map_err(Unquoted::inner)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Unquoted(fields)).map_err(Unquoted::inner)
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Unquoted<A> {
    type Error = Unquoted<A::Error>;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Self::Error> {
        self.0.next_element_seed(Unquoted(seed)).map_err(Unquoted)
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Unquoted<A> {
    type Error = Unquoted<A::Error>;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Self::Error> {
        self.0.next_key_seed(Unquoted(seed)).map_err(Unquoted)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<T::Value, Self::Error> {
        self.0.next_value_seed(Unquoted(seed)).map_err(Unquoted)
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Unquoted<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        deserialize(deserializer, |deserializer| {
            self.0.deserialize(deserializer)
        })
    }
}
