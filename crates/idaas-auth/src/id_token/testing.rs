//! Keys and tokens for the tests, made once. The private key guards nothing.

#[cfg(feature = "client")]
use std::sync::Arc;
#[cfg(feature = "client")]
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use idaas_proto::{IdToken, SigningKeys};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use super::KeySet;
#[cfg(feature = "client")]
use crate::Clock;
use crate::Timestamp;

/// A clock that the test moves on; clones show the same time.
#[cfg(feature = "client")]
#[derive(Clone, Debug)]
pub(crate) struct HandClock(Arc<AtomicU64>);

#[cfg(feature = "client")]
impl HandClock {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self(Arc::new(AtomicU64::new(now.as_unix())))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

#[cfg(feature = "client")]
impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst))
    }
}

/// The `kid` of [`N`] in the literal tokens.
pub(crate) const KID: &str = "2022-07";

/// `iat` of the literal tokens; `nbf` is 120 s before, `exp` 300 s after it.
pub(crate) const ISSUED_AT: u64 = 1_657_000_000;

/// A moment while the literal tokens are valid.
pub(crate) const NOW: Timestamp = Timestamp::from_unix(ISSUED_AT + 10);

/// A signed token with this header and payload, whatever they are.
pub(crate) fn signed(header: &str, payload: &str) -> IdToken {
    let pkcs8 = URL_SAFE_NO_PAD.decode(PKCS8).unwrap();
    let key = RsaKeyPair::from_pkcs8(&pkcs8).unwrap();
    let mut token = [header, payload]
        .map(|part| URL_SAFE_NO_PAD.encode(part))
        .join(".");
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        token.as_bytes(),
        &mut signature,
    )
    .unwrap();
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    IdToken::parse(token).unwrap()
}

/// A token of the usual header whose claims are these.
pub(crate) fn claiming(claims: &Value) -> IdToken {
    signed(
        &json!({"alg": "RS256", "kid": KID}).to_string(),
        &claims.to_string(),
    )
}

/// The JWK of a modulus, with further members.
pub(crate) fn jwk(n: &str, members: Value) -> Value {
    let mut jwk = json!({"kty": "RSA", "n": n, "e": "AQAB"});
    jwk.as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    jwk
}

/// A key set of these JWKs.
pub(crate) fn key_set(jwks: impl IntoIterator<Item = Value>) -> KeySet {
    let keys: Vec<Value> = jwks.into_iter().collect();
    let keys: SigningKeys = serde_json::from_value(json!({ "keys": keys })).unwrap();
    KeySet::from(&keys)
}

/// The keys of a service in the middle of a rotation: the tokens' own and another.
pub(crate) fn keys() -> KeySet {
    key_set([
        jwk(
            OTHER_N,
            json!({"kid": "2022-01", "alg": "RS256", "use": "sig"}),
        ),
        jwk(N, json!({"kid": KID, "use": "sig"})),
    ])
}

/// The private key of the literal tokens, PKCS #8 in DER in base64url.
const PKCS8: &str = "\
    MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCDxvDk655fa1UdFPZ6Wz5RTZSont4L2WAaeUhdCIIL-jL_\
    iF9kkuXzZevYcNZr5X1K1Vcl7FhYzI0AIINoVBoSii1t6iZlMTspWWMYjoL3MEcYZK6uMDpXHDRYJnb3ljWINFCsWp6sHyG5\
    uT-SMhCBPt7LfDqpIrWRjKtaSilI0zb1K1Mm144pEDj7MthGpAxMjgednyEzZp3zuVvcaZsNotzL5JrcPWhT9zQgbzjRQ4hU\
    Pocerxhb8eNN754GVwqMZJZSsaJd0scjjhRxiv5_IBDC8tIRCZMr8SbgNtWfX_ljYsw1QkNcNWm5_MWkfN7KQk_6xfa2u64p\
    NMNZqyA3AgMBAAECggEAAhPRpLeRhxfmPxpJ_8gkIDGqEssdCAXKGJC_Pcw5CfRMooT6sAIK2FP2gbKBsYYW0WZcmdnzKJni\
    QoAWDOp_1g6nRFt-dcuZZFT8QB0Fs9znJLDNpNcDdxptjtLdvu3MyT6944Gy4lbD-C1onabmu2A2MJy0QLSt38Nec4LGH4JD\
    HxFCerRG8DhZPI77ITnGnyHdp6nZfQGQVOe1sk4tNW5DOTrP9HMrICnwAJe45PG4wzp10gymTd1KoZyjrV-L2Cm0X12r5GVi\
    zFpnclniVBUxdYiv3EdTTgRP-SWHpEo49-pWBzlTSRlJmEVxdsP5iVhlrCHZSC6Rms7st_8mZQKBgQC5_FC8y3HTP7e5XumM\
    JhXoXMAqJtrMAhdRi9BHq5ck5zpm5U5tE-a1yf9sNbqsHp0F4NVYHP3U5nbuZLfruNVhUKx4qavZ0ekwVBkTPw7oealQb1FU\
    yXEhRM2uYiisC77KBg-j4MvoQl_K6LeL_hPYiS1Tz2ZCYnBOgrLU9hgS6wKBgQC1YnrO3DjDgIEQFyHad8w_YXThq0EYO5Rt\
    su_TjqOWATTiOYCI5r51QSVKU0FAbCCyiGrIN02mcb1nk0tIP72SA4sNVJnE5Ur15j6APv-SijpyghhTs79eCW1lDTsv8JTb\
    FaPyy09egY3sEc7kcaXc1i42jluDbRF8oUv9mxGc5QKBgBl5v1FtCKVoF_FzV8hTuzJ96fCcK-I_8xO_dAMtNOHgLnbDuC9m\
    x3ZlOfCHl49WDios9uw_5GESRH45G5xVUB0pYMaSbzDB-RAepOSnAZLEf3W-GcTkZvOoqgfV-D5AyZyAognPk_63gMmZgPLT\
    FcLWX3gYc6hqNXn7myVipD-LAoGAMUw2vIo2E0yVx13CIbJ1nLRMJBl7c66dxMLhU8psw5RIX0Ppn0u3b_7ot66xCWVZ7awN\
    -aSuQhKfu8rYpyZLy6eS32ii8lSvbu3JBuoYZCeVgxHAst8jn9dIGDLkZz8n9fOHv7FqPPFRNVwRsx0AS2ka3lEKpkm6evkL\
    wj2nJ9ECgYEAmCtRl-PQ1PTwDWhGNMJ_yYmcMzBH62UsQJHLjOHCHZDoIjtf6AuDkD8oseZZDjU9cDsK-Zc_BXCiyyFu-DbB\
    C1CFbHiAMIl83-vnWCCckEm6ZD8U8b5HY-ALu9HxeRvipyCdBQAPXPZe4-nVOkC60Ev1KP93omGV9Eb6YmYQrcg";

/// The modulus of the key that signed the literal tokens; the exponent is `AQAB`.
pub(crate) const N: &str = "\
    g8bw5OueX2tVHRT2els-UU2UqJ7eC9lgGnlIXQiCC_oy_4hfZJLl82Xr2HDWa-V9StVXJexYWMyNACCDaFQaEootbeomZTE7\
    KVljGI6C9zBHGGSurjA6Vxw0WCZ295Y1iDRQrFqerB8hubk_kjIQgT7ey3w6qSK1kYyrWkopSNM29StTJteOKRA4-zLYRqQM\
    TI4HnZ8hM2ad87lb3GmbDaLcy-Sa3D1oU_c0IG840UOIVD6HHq8YW_HjTe-eBlcKjGSWUrGiXdLHI44UcYr-fyAQwvLSEQmT\
    K_Em4DbVn1_5Y2LMNUJDXDVpufzFpHzeykJP-sX2truuKTTDWasgNw";

/// The modulus of another key.
pub(crate) const OTHER_N: &str = "\
    p3qwQH_YlwnQV5K7uNL1hGAouWUwKyNigq1jOhrNV3j7LlZ9ZYF-jelo-HCyTRhSqkvb6vT1-mCb8Bf36ZFVNtJVWtvGI5pW\
    PW0pcIX4tIXkAyKgotaxj5ZUjKdD-TF0oyJy4yW5d7W6A0Am0gG7r8-lqgz7YqT3yzXtsRbrLeyTToav4x4wdIS0iIjPibOG\
    16RdywxQhO8BzvZ4qrAI1C00roevAYRGu1r0UompPwItjkb6mjbacpXpb9COdJKyp5OPKFQiwt_WSSg_0q1u5HUu6ASJWJeZ\
    pKtImCz3WrYiTDclE-5DiPRp_XFTz5O6ARBc0-t7X4uVkiLn4BzOow";

/// A modulus of 1024 bits.
pub(crate) const WEAK_N: &str = "\
    sXZJKio0pMMz_40kGvEOZ4lVrMyLF7ZMVbW-ZJ0muTxCnPmHT53wD5BN6zxuLlsAn7X4ScBQsAIA_jQ9kv8CYMcpfcRkxr6C\
    wr9NYHLttJGGBzDilcz5qLO0kEX1HQLA7iD4rB8JP-9aPZxWGrV2_FKpIwO7E6jjjPMe7SG0U3U";

/// RS256, flat payload, signed by OpenSSL.
pub(crate) const FLAT: &str = "\
    eyJhbGciOiJSUzI1NiIsImtpZCI6IjIwMjItMDcifQ.eyJpc3MiOiJodHRwczovL2V4YW1wbGUuYmFtYm9vY2xvdWQuY29tL\
    2FwaS92MS9vYXV0aDIiLCJzdWIiOiJ6aGFuZ3NhbiIsImF1ZCI6Im5UbzFlUkl1YjYwdlBiNTRXZUU2YW9qUHdZd0ltdGw0I\
    iwiaWF0IjoxNjU3MDAwMDAwLCJuYmYiOjE2NTY5OTk4ODAsImV4cCI6MTY1NzAwMDMwMCwiaWQiOiIyMDIyMDMwOTE0MzgwM\
    jY2OC0yRjBCLTdGOTBCRURDQyIsIm5hbWUiOiLlvKDkuIkiLCJ1c2VyTmFtZSI6InpoYW5nc2FuIiwibW9iaWxlIjoiKzg2L\
    TE1MjAwMDAwMDAxIiwiZW1haWwiOiJ6aGFuZ3NhbkBleGFtcGxlLmNvbSIsImRlcGFydG1lbnQiOiJSJkQifQ.M7uRdPjzEB\
    WsqLSy6kpgpl2gglqYlG7igZEQsOzKp5IH3A1HXJuf4OGMsb4uXDcurUXV_ZGUx0M1mxdLmWfyTlxM7BNDCHd5rQvo_J_LoW\
    p0VQVSR0aBUVxcxaiNizpOSQZisBbtJKPftUC1qFUCAUXYq8e-0gdBqzCMHzmAuIXDN5YiuLWmFkFc_XCpiVjuY9tyOqbbT_\
    DeX8pjNrklmLKW4aGFpbdQkyEIFYOK1jyG9-8ciJjOsnwgcA-p-V8N26vQUxk8RS20ii0ffNRl0Daljhq2sggzbSaXsnw3ID\
    4_Jc9ndi2vtNxO9cAxtmTg6R0Kas_yVfDxx5nttxR1pQ";

/// RS256, nested payload, signed by OpenSSL.
pub(crate) const NESTED: &str = "\
    eyJhbGciOiJSUzI1NiIsImtpZCI6IjIwMjItMDcifQ.eyJpc3MiOiJJc3N1ZXIiLCJzdWIiOiJTdWJqZWN0IiwiYXVkIjoiQ\
    XVkaWVuY2UiLCJpYXQiOjE2NTcwMDAwMDAsIm5iZiI6MTY1Njk5OTg4MCwiZXhwIjoxNjU3MDAwMzAwLCJhcGkiOiJ7XCJpZ\
    FwiOlwiMjAyMjAzMDkxNDM4MDI2NjgtMkYwQi03RjkwQkVEQ0NcIixcIm5hbWVcIjpcIuW8oOS4iVwiLFwidXNlck5hbWVcI\
    jpcInpoYW5nc2FuXCIsXCJtb2JpbGVcIjpcIis4Ni0xNTIwMDAwMDAwMVwiLFwiZW1haWxcIjpcInpoYW5nc2FuQGV4YW1wb\
    GUuY29tXCIsXCJkZXBhcnRtZW50XCI6XCJSJkRcIn0ifQ.ZwmkvqNEm52-iLJkpQakNyLy-wPIXj0zXyYcK9GxvpUrfwaENR\
    YInTi1fMV3dgLBBrafB5ZXSDMgGER0bLuwZA0j09TZiWe8ystYke8G3xqeqIwEaK3JI4kOJK-tZ4x4kxLxh9fQLHpfBkcdI9\
    Q3m4bZ6nrjdRhF0a1vf1vrPhDzgX2AtXcL-F-2iaV1m80dQnTbcTZ9yWAj9625D_Q8frq6GmM-7DnDh_gay7x5gcXW-4WBXk\
    RkskLrotNljCeOabzBRMvfNg1lInEiCMAmcMGtSUqolhjbr1WmWuT25e-_35Nlwf2z9ql2oAOmO69DcdcWqwz1dhXuduHTWx\
    -5JA";

/// RS384, flat payload, signed by OpenSSL.
pub(crate) const FLAT_RS384: &str = "\
    eyJhbGciOiJSUzM4NCIsImtpZCI6IjIwMjItMDcifQ.eyJpc3MiOiJodHRwczovL2V4YW1wbGUuYmFtYm9vY2xvdWQuY29tL\
    2FwaS92MS9vYXV0aDIiLCJzdWIiOiJ6aGFuZ3NhbiIsImF1ZCI6Im5UbzFlUkl1YjYwdlBiNTRXZUU2YW9qUHdZd0ltdGw0I\
    iwiaWF0IjoxNjU3MDAwMDAwLCJuYmYiOjE2NTY5OTk4ODAsImV4cCI6MTY1NzAwMDMwMCwiaWQiOiIyMDIyMDMwOTE0MzgwM\
    jY2OC0yRjBCLTdGOTBCRURDQyIsIm5hbWUiOiLlvKDkuIkiLCJ1c2VyTmFtZSI6InpoYW5nc2FuIiwibW9iaWxlIjoiKzg2L\
    TE1MjAwMDAwMDAxIiwiZW1haWwiOiJ6aGFuZ3NhbkBleGFtcGxlLmNvbSIsImRlcGFydG1lbnQiOiJSJkQifQ.BIv_vGJmFv\
    xCbuq7-8QhgPxr-_nXBZReB-rBkYyp-6F0IsX3vNdWZ5slS0w2WH61Zegfuxyjt-ebDTTiE5CwPfgbJOQ9k9WU1aWtkJJr6O\
    vuBvXxeHhHDZgOPqOkPijzyB_wTMDf1otf8MP-rGLKD-uOp2s9ZpbsYiPSZhyNJux1ndQ25wIXarrYywxwiRE9nB0PgXRnxw\
    4LOJqGew4hNGRhTcjMBftEcLkGovOWxTlrwjD8EUD46nmweMNa31yFfZkR-2gGCQeTfg1z86_DcS0m67PGXWMvOzmpWDWD4g\
    b87MEkrRP7YN6jSjbQZj6W-GGQgwtlyWmgUaNNF1QzKQ";

/// RS512, nested payload, signed by OpenSSL.
pub(crate) const NESTED_RS512: &str = "\
    eyJhbGciOiJSUzUxMiIsImtpZCI6IjIwMjItMDcifQ.eyJpc3MiOiJJc3N1ZXIiLCJzdWIiOiJTdWJqZWN0IiwiYXVkIjoiQ\
    XVkaWVuY2UiLCJpYXQiOjE2NTcwMDAwMDAsIm5iZiI6MTY1Njk5OTg4MCwiZXhwIjoxNjU3MDAwMzAwLCJhcGkiOiJ7XCJpZ\
    FwiOlwiMjAyMjAzMDkxNDM4MDI2NjgtMkYwQi03RjkwQkVEQ0NcIixcIm5hbWVcIjpcIuW8oOS4iVwiLFwidXNlck5hbWVcI\
    jpcInpoYW5nc2FuXCIsXCJtb2JpbGVcIjpcIis4Ni0xNTIwMDAwMDAwMVwiLFwiZW1haWxcIjpcInpoYW5nc2FuQGV4YW1wb\
    GUuY29tXCIsXCJkZXBhcnRtZW50XCI6XCJSJkRcIn0ifQ.TVxfr5dG8YpWYaMTKEiW5r5bYYb78ZV2OW5PYvync8ZpB_uZoa\
    FTejFjrYRHdyFICKdDpzIkZBUrB1uBVotsKddUjNpWTp6Eqi6P7lcEobXVZbdpZDXw8BPg-wWofaW7JgeU2AZvylhWa0L4M-\
    oeO7rkxhhJjcQ72QjT-m6UHn_gcU0U3PDMJjRCet1fKJVg5rxG8vTm2RVQ7uBXonFBr09sH83JUaXoA_MxOLzT_lyy0XYGW6\
    gPWnUmEVry_HidqoaAXnrtgod5jYxEeO0pnpi-xkD12qtBbG8WpMcMIheXodX5h_djX1Lv6tIMBqczS-7gu1GcD2e7DMms0X\
    Hgug";
