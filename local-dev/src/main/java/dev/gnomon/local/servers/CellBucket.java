package dev.gnomon.local.servers;

import dev.gnomon.core.ids.CellName;

/// How S3 clients reach the store of one local cell.
///
/// @param bucket name of the cell, made longer where S3 needs three characters
public record CellBucket(CellName cell, String bucket, String accessKey, String secretKey) {
  private static final int SHORTEST = 3;

  public static CellBucket of(CellName cell, String accessKey, String secretKey) {
    String bucket = cell.value().length() < SHORTEST ? "cell-" + cell : cell.value();
    return new CellBucket(cell, bucket, accessKey, secretKey);
  }

  @Override
  public String toString() {
    return "CellBucket[" + cell + ", " + bucket + "]";
  }
}
