package dev.gnomon.core.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.prediction.Subject.OfCell;
import dev.gnomon.core.prediction.Subject.OfLocation;
import dev.gnomon.core.prediction.Subject.OfResource;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectTest {
  private static final CellName WEST = new CellName("west");
  private static final ResourceName SITE = new ResourceName("site");

  static Stream<Subject> subjects() {
    return Stream.of(new OfCell(WEST), new OfResource(SITE), new OfLocation(SITE, WEST));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void isReadAsItIsWritten(Subject subject) {
    assertThat(Subject.parse(subject.toString())).isEqualTo(subject);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "west", "cell:", "cell:West", "location:site", "disk:sda"})
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> Subject.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
