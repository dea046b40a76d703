package dev.gnomon.events;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.UUID;

/// An event that wants to be sent, as a plain value: what use cases return.
///
/// @param effect object name of the effect it reports, such as `updates/u1/ready`. The event's id
///   is derived from it, so that two causes that find the same effect say the same thing once
/// @param data what it says; its record decides the type
/// @param correlation the update or rollback it belongs to
public record Outgoing(String effect, EventData data, Optional<String> correlation) {
  /// Namespace of the derived ids (RFC 9562, version 5), itself random.
  private static final UUID NAMESPACE = UUID.fromString("3f0a6b52-7a0e-4d5c-9f53-6c1be3f6a7d1");

  public Outgoing {
    if (effect.isBlank()) {
      throw new IllegalArgumentException("an event without the name of its effect: " + data);
    }
  }

  /// An event that belongs to the update or rollback that its data names, if it names one.
  public static Outgoing of(Object effect, EventData data) {
    return new Outgoing(effect.toString(), data, data.correlation());
  }

  /// The same event as part of an update or rollback that its data does not name.
  public Outgoing within(Object updateOrRollback) {
    return new Outgoing(effect, data, Optional.of(updateOrRollback.toString()));
  }

  public String type() {
    return EventTypes.typeOf(data);
  }

  /// The event's id: a name-based UUID (version 5) of type and effect. The type is part of it since
  /// two events may report the same object.
  public String id() {
    MessageDigest sha1;
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    sha1.update(
        ByteBuffer.allocate(16)
            .putLong(NAMESPACE.getMostSignificantBits())
            .putLong(NAMESPACE.getLeastSignificantBits())
            .array());
    ByteBuffer hash =
        ByteBuffer.wrap(sha1.digest((type() + " " + effect).getBytes(StandardCharsets.UTF_8)));
    long high = (hash.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x5000L;
    long low = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
