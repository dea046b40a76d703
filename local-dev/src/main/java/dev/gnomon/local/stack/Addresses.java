package dev.gnomon.local.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import java.net.URI;
import java.util.Map;

/// What gnomon.json says: where the parts of the running stack are, and how to get in.
///
/// @param broker POST CloudEvents there
/// @param api queries
/// @param s3 of every local cell
/// @param redis URL with its password
/// @param control the cell that holds routes, rollbacks and updates
record Addresses(
    long pid, URI broker, URI api, Map<String, Bucket> s3, String redis, String control) {
  static final String FILE = "gnomon.json";

  /// How S3 clients reach one cell.
  record Bucket(URI endpoint, String bucket, String prefix, String accessKey, String secretKey) {}

  byte[] toJson() {
    try {
      return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
