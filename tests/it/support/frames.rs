//! HTTP/2 by hand (RFC 9113), for what no well-behaved client would send.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;
const ACK: u8 = 1;
const CANCEL: [u8; 4] = [0, 0, 0, 8];

/// A connection that greeted, and whose answers are read and counted in the background. Its pings are answered.
pub(crate) struct Abuser {
    out: std::sync::Arc<tokio::sync::Mutex<OwnedWriteHalf>>,
    reading: tokio::task::JoinHandle<Heard>,
}

/// What a server said until it closed the connection, or until nobody listened any more.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Heard {
    pub(crate) resets: usize,
    pub(crate) headers: usize,
    pub(crate) goaways: usize,
    pub(crate) closed: bool,
}

impl Abuser {
    /// Connects and greets.
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let (input, mut out) = TcpStream::connect(address).await.expect("the server accepts").into_split();
        out.write_all(PREFACE).await.expect("a new connection is open");
        out.write_all(&frame(SETTINGS, 0, 0, &[])).await.expect("a new connection is open");
        let out = std::sync::Arc::new(tokio::sync::Mutex::new(out));
        let reading = tokio::spawn(read(input, std::sync::Arc::clone(&out)));
        Self { out, reading }
    }

    /// Sends bytes; false where the server has closed the connection.
    pub(crate) async fn send(&self, bytes: &[u8]) -> bool {
        self.out.lock().await.write_all(bytes).await.is_ok()
    }

    /// Whether the server closed the connection.
    pub(crate) fn is_closed(&self) -> bool {
        self.reading.is_finished()
    }

    /// Leaves without a word.
    pub(crate) fn leave(self) {
        self.reading.abort();
    }

    /// What the server says until it closes the connection.
    pub(crate) async fn until_closed(self) -> Heard {
        self.reading.await.expect("reading does not panic")
    }
}

async fn read(mut input: OwnedReadHalf, out: std::sync::Arc<tokio::sync::Mutex<OwnedWriteHalf>>) -> Heard {
    let mut heard = Heard::default();
    let mut head = [0; 9];
    while input.read_exact(&mut head).await.is_ok() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        if input.read_exact(&mut payload).await.is_err() {
            break;
        }
        match (head[3], head[4] & ACK) {
            (HEADERS, _) => heard.headers += 1,
            (RST_STREAM, _) => heard.resets += 1,
            (GOAWAY, _) => heard.goaways += 1,
            // Whoever answers pings is not cut off for its silence. Where the answer cannot be sent, reading ends by itself.
            (PING, 0) => drop(out.lock().await.write_all(&frame(PING, ACK, 0, &payload)).await),
            (SETTINGS, 0) => drop(out.lock().await.write_all(&frame(SETTINGS, ACK, 0, &[])).await),
            _ => {}
        }
    }
    Heard { closed: true, ..heard }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("frames are small").to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A header field by a name that the table knows, never indexed (RFC 7541, 6.2.2). Values are short.
fn field(block: &mut Vec<u8>, known_name: &[u8], value: &str) {
    block.extend(known_name);
    block.push(u8::try_from(value.len()).expect("values are short"));
    block.extend(value.as_bytes());
}

fn block(path: &str) -> Vec<u8> {
    // `:method: POST` and `:scheme: http` stand in the table whole.
    let mut block = vec![0x83, 0x86];
    field(&mut block, &[0x04], path);
    field(&mut block, &[0x01], "abuse.invalid");
    field(&mut block, &[0x0f, 0x10], "application/grpc");
    block
}

/// Opens a stream for a call; its message does not come with it.
pub(crate) fn open(stream: u32, path: &str) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, &block(path))
}

/// Opens a stream whose headers never end.
pub(crate) fn open_without_end(stream: u32, path: &str) -> Vec<u8> {
    frame(HEADERS, 0, stream, &block(path))
}

/// More headers of a stream that was opened without end.
pub(crate) fn more_headers(stream: u32, value: &str) -> Vec<u8> {
    let mut more = Vec::new();
    field(&mut more, &[0x00, 0x01, b'x'], value);
    frame(CONTINUATION, 0, stream, &more)
}

/// Takes a stream back.
pub(crate) fn reset(stream: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &CANCEL)
}

/// The beginning of a message of so many bytes.
pub(crate) fn begin_message(stream: u32, bytes: u32) -> Vec<u8> {
    frame(DATA, 0, stream, &[&[0], bytes.to_be_bytes().as_slice()].concat())
}

/// Some of a message.
pub(crate) fn more_of_a_message(stream: u32) -> Vec<u8> {
    frame(DATA, 0, stream, &[b'x'; 16_000])
}
