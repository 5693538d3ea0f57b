//! The codec of the service: messages of bounded depth.

use std::marker::PhantomData;

use prost::bytes::Buf;
use prost::{Message, Name};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Code, Status};

use crate::nesting::{DecodeError, decode};

/// Encodes messages and decodes them by [`decode`].
#[derive(Debug, Clone)]
pub struct BoundedCodec<E, D>(PhantomData<(E, D)>);

impl<E, D> Default for BoundedCodec<E, D> {
    fn default() -> Self {
        BoundedCodec(PhantomData)
    }
}

impl<E, D> Codec for BoundedCodec<E, D>
where
    E: Message + 'static,
    D: Message + Default + Name + 'static,
{
    type Encode = E;
    type Decode = D;
    type Encoder = MessageEncoder<E>;
    type Decoder = BoundedDecoder<D>;

    fn encoder(&mut self) -> Self::Encoder {
        MessageEncoder(PhantomData)
    }

    fn decoder(&mut self) -> Self::Decoder {
        BoundedDecoder(PhantomData)
    }
}

/// Encodes messages.
#[derive(Debug, Clone)]
pub struct MessageEncoder<E>(PhantomData<E>);

impl<E: Message> Encoder for MessageEncoder<E> {
    type Item = E;
    type Error = Status;

    fn encode(&mut self, item: E, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        let length = item.encoded_len();
        item.encode(into)
            .map_err(|error| Status::internal(format!("{length} bytes can't be sent: {error}")))
    }
}

/// Decodes messages of bounded depth.
#[derive(Debug, Clone)]
pub struct BoundedDecoder<D>(PhantomData<D>);

impl<D: Message + Default + Name> Decoder for BoundedDecoder<D> {
    type Item = D;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<D>, Status> {
        let bytes = from.copy_to_bytes(from.remaining());
        decode(bytes).map(Some).map_err(|error| {
            let code = match error {
                DecodeError::TooDeep => Code::ResourceExhausted,
                DecodeError::Malformed(_) => Code::InvalidArgument,
            };
            Status::new(code, error.to_string())
        })
    }
}
