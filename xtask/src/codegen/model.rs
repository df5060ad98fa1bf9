//! What the document means, ready to be written in any language.

pub(super) struct Api {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) operations: Vec<Operation>,
    pub(super) open_sets: Vec<OpenSet>,
    /// The headers of every call of the client API.
    pub(super) headers: Vec<Header>,
    pub(super) errors: Vec<ErrorCode>,
}

pub(super) struct Operation {
    /// In snake case, also the name of its file.
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) description: Option<String>,
    pub(super) source: Source,
    /// Whether it takes the common headers.
    pub(super) common_headers: bool,
    /// Headers of its own.
    pub(super) headers: Vec<Header>,
    /// The fields of its body; none where it takes no body.
    pub(super) body: Vec<Field>,
    /// What a success carries; nothing where its body is empty.
    pub(super) output: Option<String>,
    /// The structs of its answer that no operation before it has.
    pub(super) structs: Vec<Struct>,
    /// In the order of its page.
    pub(super) errors: Vec<String>,
}

pub(super) struct Struct {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) source: Source,
    pub(super) fields: Vec<Field>,
    pub(super) validate: bool,
}

pub(super) struct Field {
    pub(super) wire: String,
    pub(super) name: String,
    pub(super) kind: Type,
    pub(super) presence: Presence,
    pub(super) doc: String,
    /// The codes that answer its absence and its impossible values; only in requests.
    pub(super) codes: Option<(String, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    /// Always written, as null where there is no value.
    Nullable,
    /// Left out where there is no value.
    Optional,
}

pub(super) enum Type {
    Text,
    Unsigned,
    Integer,
    Number,
    Flag,
    Any,
    /// A hand-written newtype or an open set: a text on the wire.
    Named(String),
    Struct(String),
    List(Box<Self>),
    Map(Box<Self>),
}

pub(super) struct OpenSet {
    pub(super) name: String,
    /// Whether white space around a value counts for nothing.
    pub(super) trimmed: bool,
    pub(super) doc: String,
    pub(super) values: Vec<(String, String, Source)>,
}

pub(super) struct Header {
    pub(super) wire: String,
    /// The name of the constant in the Rust code.
    pub(super) name: String,
    /// The newtype, where it has one.
    pub(super) newtype: Option<String>,
    pub(super) required: bool,
    pub(super) doc: String,
    pub(super) example: Option<String>,
    pub(super) codes: Option<(String, String)>,
}

pub(super) struct ErrorCode {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) status: u16,
    pub(super) en: String,
    pub(super) zh: String,
    pub(super) cause: String,
    pub(super) remedy: String,
    pub(super) source: Source,
}

/// Where a fact comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    LoginPage,
    SendPage,
    Vendor,
    Default,
}

impl Source {
    /// The source as documentation names it.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::LoginPage => {
                "the vendor's page \"Mobile Phone Number + SMS Verification Code Login\""
            }
            Self::SendPage => "the vendor's page \"Send SMS Verification Code\"",
            Self::Vendor => "other public pages of the vendor",
            Self::Default => "not documented by the vendor: our default",
        }
    }
}

impl Api {
    /// The row of a code; every code in the model has one.
    pub(super) fn error(&self, code: &str) -> Option<&ErrorCode> {
        self.errors.iter().find(|row| row.code == code)
    }
}

/// `send_sms_code` as `SendSmsCode`.
pub(super) fn pascal_case(snake: &str) -> String {
    snake
        .split('_')
        .map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_uppercase() + rest
        })
        .collect()
}

/// `captchaOriginalPath`, `X-device-ip` or `DeviceIp` as `captcha_original_path`, `x_device_ip`, `device_ip`.
pub(super) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut after_capital = true;
    for c in name.chars() {
        if c.is_uppercase() && !after_capital {
            snake.push('_');
        }
        after_capital = c.is_uppercase() || c == '-';
        snake.push(if c == '-' {
            '_'
        } else {
            c.to_ascii_lowercase()
        });
    }
    snake
}
