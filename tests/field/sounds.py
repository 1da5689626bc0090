"""Recordings for tests: real ones, as small as they can be."""

import io
import math
import struct
import wave


def wav(seconds: float = 0.5, rate: int = 8000) -> bytes:
    """A tone."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(
            b"".join(struct.pack("<h", int(9000 * math.sin(n / 5))) for n in range(int(seconds * rate)))
        )
    return out.getvalue()


def amr(frames: int = 25) -> bytes:
    """What Collect records: AMR narrow band at 12.2 kbit/s, frames of 20 ms. It hisses."""
    frame = b"\x3c" + bytes((17 * n) % 256 for n in range(31))
    return b"#!AMR\n" + frame * frames
