package dev.gnomon.predict;

import dev.gnomon.filesystem.objects.DirectoryObjectStores;
import dev.gnomon.redis.RedisLink;
import dev.gnomon.runtime.settings.ControlStoreSettings;
import dev.gnomon.runtime.settings.DeclaredSettings;
import dev.gnomon.runtime.settings.Setting;
import dev.gnomon.s3.S3ObjectStores;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The settings of this module, as environment variables `GNOMON_PREDICT_...`.
@ApplicationScoped
class PredictSettings implements DeclaredSettings {
  static final Setting<Path> CATALOGUE =
      Setting.required("gnomon.predict.catalogue", "file of the catalogue, gnomon.yaml", Path::of);
  static final ControlStoreSettings CONTROL_STORE =
      ControlStoreSettings.of(
          "predict",
          url -> DirectoryObjectStores.understands(url) || S3ObjectStores.understands(url));
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
    return Stream.<Setting<?>>concat(
            CONTROL_STORE.all().stream(),
            Stream.of(CATALOGUE, REDIS_URL, REMEMBERED_SERIES, REMEMBERED_SUBJECTS))
        .toList();
  }
}
