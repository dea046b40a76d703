package dev.gnomon.core.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Reads the lines of one request, one after the other: what is over the limit is counted and never
/// held, since a few megabytes may be millions of lines. Not thread-safe.
public final class ReadLines {
  private final Map<String, String> labels;
  private final int atMost;
  private final List<LogLine> read = new ArrayList<>();
  private int leftOut;

  /// @param labels of where all of them come from
  public ReadLines(Map<String, String> labels, int atMost) {
    this.labels = Map.copyOf(labels);
    this.atMost = atMost;
  }

  /// Lines, each plain or a JSON object.
  public void text(String text) {
    for (Iterator<String> lines = text.lines().iterator(); lines.hasNext(); ) {
      String line = lines.next();
      if (line.isBlank()) {
        continue;
      }
      if (hasRoom()) {
        read.add(JsonLines.read(labels, line));
      }
    }
  }

  /// A JSON array of objects; what is no object in it is left out.
  ///
  /// @throws IOException if it is none
  public void array(String text) throws IOException {
    try (MappingIterator<JsonNode> all = Json.MAPPER.readerFor(JsonNode.class).readValues(text)) {
      while (all.hasNextValue()) {
        JsonNode each = all.nextValue();
        if (each.isObject() && hasRoom()) {
          read.add(JsonLines.of(labels, each));
        }
      }
    }
  }

  private boolean hasRoom() {
    boolean room = read.size() < atMost;
    leftOut += room ? 0 : 1;
    return room;
  }

  public List<LogLine> read() {
    return read;
  }

  /// How many were over the limit.
  public int leftOut() {
    return leftOut;
  }
}
