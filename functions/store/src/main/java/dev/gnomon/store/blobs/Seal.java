package dev.gnomon.store.blobs;

/// Makes bytes unreadable and unchangeable for whoever has no key, and opens them again.
/// Thread-safe.
public interface Seal {
  /// Leaves everything as it is: a store without encryption.
  Seal NONE =
      new Seal() {
        @Override
        public int overheadBytes() {
          return 0;
        }

        @Override
        public byte[] seal(byte[] plain, int length, byte[] about) {
          return length == plain.length ? plain : java.util.Arrays.copyOf(plain, length);
        }

        @Override
        public byte[] open(byte[] sealed, byte[] about) {
          return sealed;
        }
      };

  /// How much longer the sealed form is than the plain one.
  int overheadBytes();

  /// @param length how many bytes of the array, from its first, are to be sealed
  /// @param about what the bytes are, such as their object's name: needed to open them, not stored
  byte[] seal(byte[] plain, int length, byte[] about);

  /// @throws BlobFault if the bytes are not what was sealed with this key and this `about`
  byte[] open(byte[] sealed, byte[] about);
}
