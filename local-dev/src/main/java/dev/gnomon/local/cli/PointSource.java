package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Where points are looked up: a running stack, or a store alone.
interface PointSource {
  /// {cell, point, tags, holds, expiring, why} each; newest first.
  List<JsonNode> list(Optional<String> resource);

  /// One entry of [#list].
  JsonNode one(PointName point);

  JsonNode diff(PointName first, PointName second);

  void accept(PointName point);

  /// Tags, untags, holds or releases.
  ///
  /// @param what the word of the command
  /// @param text the tag or the reason
  /// @return the entry of the point as it is now
  JsonNode say(PointName point, String what, Optional<String> text);

  /// {point, files, chunks, bytes, damaged, damagedPaths, whole}
  JsonNode verify(PointName point, Console console);

  void export(PointName point, String path, OutputStream out, Console console) throws IOException;

  /// @param store a store's address; without one the stack of the data directory is asked
  static PointSource of(Gnomon top, @Nullable String store) {
    return store == null
        ? new StackPoints(StackApi.of(top.options.data()), top.options.timeout())
        : new StorePoints(store, top.options.key());
  }

  static List<JsonNode> entries(JsonNode array) {
    List<JsonNode> entries = new ArrayList<>();
    array.forEach(entries::add);
    return entries;
  }

  /// Options of every command about one point.
  final class One {
    @Parameters(
        index = "0",
        paramLabel = "POINT",
        description = "Such as site@7, or west:site@7 with its cell.")
    private String point = "";

    @Option(names = "--cell", paramLabel = "NAME", description = "If several cells have it.")
    private @Nullable String cell;

    @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
    private @Nullable String store;

    PointName name() {
      return PointName.of(point, cell);
    }

    PointSource source(Gnomon top) {
      return PointSource.of(top, store);
    }
  }
}
