package dev.gnomon.predict;

import dev.gnomon.filesystem.objects.DirectoryObjectStores;
import dev.gnomon.redis.RedisLink;
import dev.gnomon.runtime.settings.DeclaredSettings;
import dev.gnomon.runtime.settings.Setting;
import dev.gnomon.s3.S3ObjectStores;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The settings of this module, as environment variables `GNOMON_PREDICT_...`.
@ApplicationScoped
class PredictSettings implements DeclaredSettings {
  static final Setting<Path> CATALOGUE =
      Setting.required("gnomon.predict.catalogue", "file of the catalogue, gnomon.yaml", Path::of);
  static final Setting<Optional<URI>> CONTROL_STORE =
      Setting.optional(
          "gnomon.predict.control-store",
          "URL of the control store: file:DIR or s3+http(s)://host[:port]/bucket[/prefix]",
          PredictSettings::storeUrl);
  static final Setting<Optional<String>> ACCESS_KEY =
      Setting.optional(
          "gnomon.predict.access-key", "of an S3 control store (AWS_ACCESS_KEY_ID)", text -> text);
  static final Setting<Optional<String>> SECRET_KEY =
      Setting.optional(
          "gnomon.predict.secret-key",
          "of an S3 control store (AWS_SECRET_ACCESS_KEY)",
          text -> text);
  static final Setting<Optional<String>> REGION =
      Setting.optional(
          "gnomon.predict.region", "of an S3 control store (AWS_REGION)", text -> text);
  static final Setting<Optional<String>> REDIS_URL =
      Setting.optional(
          "gnomon.predict.redis-url",
          "where the states of series are kept: redis://, rediss://, redis-sentinel:// or"
              + " redis-cluster://; without it in this process alone",
          RedisLink::checkedUrl);
  static final Setting<Integer> REMEMBERED_SERIES =
      Setting.required(
          "gnomon.predict.remembered-series",
          "series whose newest states this process keeps too, some 4.5 KiB each, to go on while"
              + " Redis is away",
          Setting.integer(100, 1_000_000));

  static final Setting<Integer> REMEMBERED_SUBJECTS =
      Setting.required(
          "gnomon.predict.remembered-subjects",
          "cells, resources and locations of which this process keeps what the forecast remembers,"
              + " too, up to 128 KiB each, to go on while Redis is away",
          Setting.integer(10, 100_000));

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        CATALOGUE,
        CONTROL_STORE,
        ACCESS_KEY,
        SECRET_KEY,
        REGION,
        REDIS_URL,
        REMEMBERED_SERIES,
        REMEMBERED_SUBJECTS);
  }

  private static URI storeUrl(String text) {
    try {
      URI url = URI.create(text);
      if (DirectoryObjectStores.understands(url) || S3ObjectStores.understands(url)) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "expected file:DIR or s3+http(s)://host[:port]/bucket[/prefix], found '%s'"
            .formatted(text.replaceFirst("//[^/@]*@", "//***@")));
  }
}
