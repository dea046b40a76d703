package dev.gnomon.local.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each bad fixture is refused by a rule when it is put beside the manifests of the project, in the
/// place of the object of its id if there is one.
class FixturesTest {
  private static final List<KubeObject> PROJECT = KubeObject.plain(Project.KNATIVE);
  private static final Rule RULE = Rule.ofOverlays();
  private static final Set<String> USUAL = RULE.broken(PROJECT).collect(Collectors.toSet());

  static Stream<Path> fixtures() {
    return Stream.of("refused-by-server", "refused-by-build")
        .flatMap(folder -> Project.fixtures(folder).stream());
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aBadFixtureIsRefusedInASentenceThatNamesIt(Path file) {
    Fixture fixture = Fixture.read(file);
    Set<String> ids = fixture.objects().stream().map(KubeObject::id).collect(Collectors.toSet());
    List<KubeObject> together = new ArrayList<>(fixture.objects());
    PROJECT.stream().filter(one -> !ids.contains(one.id())).forEach(together::add);

    Set<String> broken = RULE.broken(together).collect(Collectors.toCollection(HashSet::new));

    broken.removeAll(USUAL);
    assertThat(broken)
        .anySatisfy(sentence -> {
          assertThat(sentence).contains(fixture.build());
          assertThat(ids).anyMatch(sentence::startsWith);
          assertThat(sentence).contains("expected", "found");
        });
  }

  @Test
  void thereAreEnoughOfThemAndNoTwoSayTheSame() {
    assertThat(Project.fixtures("refused-by-server")).hasSizeGreaterThanOrEqualTo(10);
    assertThat(fixtures().map(file -> Fixture.read(file).build())).doesNotHaveDuplicates();
  }
}
