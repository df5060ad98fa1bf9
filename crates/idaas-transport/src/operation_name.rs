/// The name of what a request does, such as `send_sms_code`, for logs.
///
/// Placed in the extensions of a request by who makes it, whatever the path in front of the
/// service's own; shown by `layers::Traced`. Nothing of it is sent.
///
/// ```
/// use idaas_transport::OperationName;
///
/// let mut request = http::Request::new(bytes::Bytes::new());
/// request.extensions_mut().insert(OperationName::new("send_sms_code"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OperationName(&'static str);

impl OperationName {
    /// The name, which is a constant: nothing of a request can be in it.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}
