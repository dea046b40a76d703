package dev.gnomon.store.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.store.blobs.FastCdc;
import dev.gnomon.store.blobs.StoreForm;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/// The key of one store: 32 random bytes that are used for nothing but to derive others from.
public final class DataKey {
  private static final int GEAR_VALUES = 256;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;
  private final String id;

  private DataKey(byte[] key) {
    this.key = key.clone();
    this.id = Derived.fingerprint(key, "gnomon store 2 data key id");
  }

  public static DataKey fresh() {
    byte[] key = new byte[Derived.KEY_BYTES];
    RANDOM.nextBytes(key);
    return new DataKey(key);
  }

  /// Undoes [#wrappedBy].
  ///
  /// @param id that the data key is expected to have
  /// @throws WrongKeyException if that master key did not wrap it
  public static DataKey unwrapped(byte[] wrapped, String id, MasterKey master) {
    byte[] key = master.unwrap(wrapped, about(id));
    if (key.length != Derived.KEY_BYTES) {
      throw new WrongKeyException(
          "the master key %s unwraps %d bytes, expected a data key of %d"
              .formatted(master.fingerprint(), key.length, Derived.KEY_BYTES));
    }
    return new DataKey(key);
  }

  /// 32 hexadecimal digits that follow from the key and say nothing of it.
  public String id() {
    return id;
  }

  /// How a store with this key is read and written.
  public StoreForm form(int version, FastCdc cuts) {
    return new StoreForm(
        version,
        cuts.withGear(gear()),
        new HmacIds(derived("ids")),
        new AesGcm(derived("pieces"), RANDOM),
        new AesGcm(derived("objects"), RANDOM));
  }

  /// Vouches for a text that stands where everybody can read it.
  ///
  /// @return 64 hexadecimal digits
  public String mac(String text) {
    HmacIds mac = new HmacIds(derived("format"));
    return HexFormat.of().formatHex(mac.of(text.getBytes(UTF_8)).bytes());
  }

  public boolean vouchesFor(String text, String mac) {
    return MessageDigest.isEqual(mac(text).getBytes(UTF_8), mac.getBytes(UTF_8));
  }

  /// The form in which the key may be stored.
  public byte[] wrappedBy(MasterKey master) {
    return master.wrap(key, about(id));
  }

  /// What a wrapping says it is of.
  private static byte[] about(String dataKeyId) {
    return ("gnomon data key " + dataKeyId).getBytes(UTF_8);
  }

  private byte[] derived(String purpose) {
    return Derived.key(key, "gnomon store 2 " + purpose);
  }

  private long[] gear() {
    long[] gear = new long[GEAR_VALUES];
    ByteBuffer.wrap(Derived.bytes(key, "gnomon store 2 cuts", GEAR_VALUES * Long.BYTES))
        .asLongBuffer()
        .get(gear);
    return gear;
  }
}
