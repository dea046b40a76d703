package dev.gnomon.bench.micro;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.gnomon.bench.work.MadeUp;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// zstd-jni and lz4-java and nothing else, at the store's level.
public class BareCodecs extends Timed {
  private static final int LEVEL = 2;

  private final byte[] content = MadeUp.text(CHUNK_BYTES, 1);
  private final byte[] raw = new byte[CHUNK_BYTES];
  private final ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(LEVEL);
  private final LZ4Compressor lz4 = LZ4Factory.fastestInstance().fastCompressor();
  private final LZ4SafeDecompressor unLz4 = LZ4Factory.fastestInstance().safeDecompressor();
  private final byte[] into =
      new byte[(int) Math.max(Zstd.compressBound(CHUNK_BYTES), 2L * CHUNK_BYTES)];
  private final byte[] zstdOfContent;
  private final byte[] lz4OfContent;

  public BareCodecs() {
    int zstdBytes = compressZstd();
    zstdOfContent = Arrays.copyOf(into, zstdBytes);
    int lz4Bytes = compressLz4();
    lz4OfContent = Arrays.copyOf(into, lz4Bytes);
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public final int compressZstd() {
    return zstd.compressByteArray(into, 0, into.length, content, 0, content.length);
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public final int compressLz4() {
    return lz4.compress(content, 0, content.length, into, 0);
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public long decompressZstd() {
    return Zstd.decompressByteArray(raw, 0, raw.length, zstdOfContent, 0, zstdOfContent.length);
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public int decompressLz4() {
    return unLz4.decompress(lz4OfContent, 0, lz4OfContent.length, raw, 0, raw.length);
  }
}
