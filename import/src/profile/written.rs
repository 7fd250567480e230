//! Profiles in other data: as the text that was written, read again where it is needed.

use std::sync::Arc;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

use super::Profile;

pub(crate) fn write<'p, S: Serializer>(
    profiles: impl IntoIterator<Item = &'p Arc<Profile>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(profiles.into_iter().map(|profile| profile.text()))
}

pub(crate) fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Arc<Profile>>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| Profile::parse(text).map(Arc::new).map_err(D::Error::custom)).collect()
}

pub(crate) fn read_one<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Arc<Profile>>, D::Error> {
    read(deserializer).map(|mut profiles| profiles.pop())
}
