//! Files that come with a request.

use std::sync::Mutex;

use async_graphql::{
    Context, InputValueError, InputValueResult, Result, Scalar, ScalarType, Value,
};

use super::error::{bad_argument, internal};

/// A file as it was sent.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
}

impl std::fmt::Debug for File {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} ({} bytes)", self.name, self.content.len())
    }
}

/// The files of a request, each till it is taken.
pub(super) struct Files(Mutex<Vec<Option<File>>>);

impl Files {
    pub(super) fn of(files: Vec<File>) -> Self {
        Self(Mutex::new(files.into_iter().map(Some).collect()))
    }
}

#[derive(Debug, Clone)]
pub(super) struct Upload(String);

/// A file of a multipart request: a variable that is null in `operations`, and whose place `map` names.
#[Scalar]
impl ScalarType for Upload {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(place) => Ok(Self(place)),
            _ => Err(InputValueError::custom(
                "a file comes as a part of a multipart request (graphql-multipart-request-spec)",
            )),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl Upload {
    /// Takes the file that was sent in its place.
    pub(super) fn file(&self, ctx: &Context<'_>) -> Result<File> {
        let mut files = ctx
            .data::<Files>()?
            .0
            .lock()
            .map_err(|_cause| internal("the files of a request were left half taken"))?;
        let place = self.0.parse::<usize>().ok();
        let file = place.and_then(|place| files.get_mut(place)).and_then(Option::take);
        file.ok_or_else(|| {
            bad_argument(
                "a file is named that was not sent, or that stands in another place already; \
                 `map` names a part of its own for each variable",
            )
        })
    }
}
