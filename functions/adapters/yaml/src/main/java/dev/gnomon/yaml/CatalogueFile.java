package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.yaml.Problem.Severity;
import dev.gnomon.yaml.Problems.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Loads gnomon.yaml. Relative paths in it start at the directory that the file lies in. Reads the
/// file and looks at the paths that it names; changes nothing.
public final class CatalogueFile {
  /// Name of the data directory beside the file, unless another is given.
  public static final String DATA_DIRECTORY = "data";

  private CatalogueFile() {}

  /// What a file holds.
  public sealed interface Loaded {
    /// Doubts that don't keep the file from being used.
    List<Problem> warnings();

    /// The file can be used.
    record Valid(Catalogue catalogue, List<Problem> warnings) implements Loaded {}

    /// The file can't be used.
    ///
    /// @param errors all that was found, in the order of the file; at least one
    record Invalid(List<Problem> errors, List<Problem> warnings) implements Loaded {}
  }

  /// Loads a file whose data directory is `data` beside it.
  public static Loaded load(Path file) {
    return load(file, directoryOf(file).resolve(DATA_DIRECTORY));
  }

  /// @param dataDirectory the stack's own directory, which no resource may overlap
  public static Loaded load(Path file, Path dataDirectory) {
    return load(file, Surroundings.of(dataDirectory));
  }

  static Loaded load(Path file, Surroundings surroundings) {
    Problems problems = new Problems(file);
    Optional<Catalogue> catalogue =
        text(file, problems)
            .flatMap(text -> YamlDocument.parse(text, problems))
            .flatMap(tree -> catalogue(tree, directoryOf(file), surroundings, problems));
    List<Problem> warnings = problems.of(Severity.WARNING);
    return catalogue.isPresent()
        ? new Loaded.Valid(catalogue.get(), warnings)
        : new Loaded.Invalid(problems.of(Severity.ERROR), warnings);
  }

  /// The JSON Schema of the file.
  public static String schema() {
    try (InputStream in =
        Objects.requireNonNull(CatalogueFile.class.getResourceAsStream(SchemaCheck.RESOURCE))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Optional<Catalogue> catalogue(
      JsonNode tree, Path base, Surroundings surroundings, Problems problems) {
    SchemaCheck.check(tree, problems);
    CatalogueDraft draft = CatalogueDraft.read(new Section(tree, "", base, problems));
    ReferenceRules.check(draft);
    ShadowRules.check(draft);
    PrefixRules.check(draft);
    LocationRules.check(draft, surroundings);
    if (draft.resources().isEmpty() && !problems.wrong("/resources")) {
      problems.warning("/resources", "no resource is declared: nothing is protected");
    }
    return problems.anyError() ? Optional.empty() : Optional.of(draft.build());
  }

  private static Optional<String> text(Path file, Problems problems) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(YamlDocument.MAX_BYTES + 1);
      if (bytes.length > YamlDocument.MAX_BYTES) {
        problems.errorAt(
            Place.FILE, "expected at most " + YamlDocument.MAX_BYTES + " bytes, found more");
        return Optional.empty();
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (NoSuchFileException e) {
      problems.errorAt(Place.FILE, "there is no such file: write one with 'gnomon init'");
    } catch (CharacterCodingException e) {
      problems.errorAt(Place.FILE, "expected UTF-8 text, found other bytes");
    } catch (IOException e) {
      problems.errorAt(Place.FILE, "can't be read: " + e.getMessage());
    }
    return Optional.empty();
  }

  private static Path directoryOf(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
