package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.EncryptionSpec;
import dev.gnomon.core.catalogue.StoreSpec;
import dev.gnomon.core.ids.CellName;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/// What could be read of one cell.
///
/// @param directory of a `file:` store
record CellDraft(
    Section at,
    Optional<CellName> name,
    Optional<StoreSpec> store,
    Optional<Path> directory,
    Optional<EncryptionSpec> encryption) {

  static CellDraft read(Section at) {
    Section store = at.at("store");
    Section url = store.node().isObject() ? store.at("url") : store;
    Optional<String> text = store.problems().wrong(url.pointer()) ? Optional.empty() : url.text();
    Optional<Path> directory =
        text.filter(value -> value.startsWith("file:")).flatMap(value -> directory(url, value));
    Optional<URI> uri =
        directory.map(CellDraft::fileUri).or(() -> text.flatMap(value -> s3(url, value)));
    return new CellDraft(
        at,
        at.at("name").value(CellName::new),
        uri.map(value -> spec(value, store)),
        directory,
        encryption(at.at("encryption").at("key")));
  }

  Cell build() {
    return new Cell(name.orElseThrow(), store, encryption);
  }

  private static Optional<EncryptionSpec> encryption(Section key) {
    if (key.problems().wrong(key.pointer())) {
      return Optional.empty();
    }
    return key.text()
        .flatMap(text ->
            text.startsWith("file:")
                ? directory(key, text).map(path -> new EncryptionSpec("file:" + path))
                : Optional.of(new EncryptionSpec(text)));
  }

  private static StoreSpec spec(URI url, Section store) {
    return new StoreSpec(
        url,
        store.at("region").text(),
        store.at("accessKeyEnv").text(),
        store.at("secretKeyEnv").text());
  }

  private static Optional<Path> directory(Section at, String text) {
    String path = text.substring("file:".length());
    return at.path(path.startsWith("///") ? path.substring(2) : path);
  }

  private static URI fileUri(Path directory) {
    try {
      return new URI("file", null, directory.toString(), null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a path: " + directory, e);
    }
  }

  private static Optional<URI> s3(Section at, String text) {
    if (!text.startsWith("s3+")) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(text);
      if (uri.getUserInfo() != null) {
        at.error(
            "an address must not hold credentials: name environment variables in accessKeyEnv and"
                + " secretKeyEnv");
        return Optional.empty();
      }
      if (uri.getHost() == null) {
        at.error("expected s3+http(s)://host[:port]/bucket[/prefix], found no host in it");
        return Optional.empty();
      }
      return Optional.of(uri);
    } catch (URISyntaxException e) {
      at.error("expected s3+http(s)://host[:port]/bucket[/prefix], found: " + e.getReason());
      return Optional.empty();
    }
  }
}
