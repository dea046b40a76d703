package dev.gnomon.bench.micro;

import dev.gnomon.bench.work.MadeUp;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/// AES-256-GCM of the JDK and nothing else, with nonces that are counted.
public class BareCiphers extends Timed {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private final SecretKey key = new SecretKeySpec(MadeUp.noise(32, 2), "AES");
  private final byte[] plain = MadeUp.noise(CHUNK_BYTES, 1);
  private final byte[] sealed = new byte[CHUNK_BYTES + TAG_BYTES];
  private final byte[] opened = new byte[CHUNK_BYTES];
  private byte[] kept = new byte[0];
  private @Nullable Cipher cipher;
  private long nonce;

  @Setup(Level.Trial)
  public void prepare() throws GeneralSecurityException {
    cipher = Cipher.getInstance("AES/GCM/NoPadding");
    encrypt();
    kept = sealed.clone();
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public int encrypt() throws GeneralSecurityException {
    Cipher own = Objects.requireNonNull(cipher);
    own.init(Cipher.ENCRYPT_MODE, key, parameters(++nonce));
    return own.doFinal(plain, 0, plain.length, sealed, 0);
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public int decrypt() throws GeneralSecurityException {
    Cipher own = Objects.requireNonNull(cipher);
    own.init(Cipher.DECRYPT_MODE, key, parameters(1));
    return own.doFinal(kept, 0, kept.length, opened, 0);
  }

  private static GCMParameterSpec parameters(long nonce) {
    byte[] bytes = ByteBuffer.allocate(NONCE_BYTES).putLong(nonce).array();
    return new GCMParameterSpec(8 * TAG_BYTES, bytes);
  }
}
