package dev.gnomon.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.runtime.app.ShadowFunction;
import io.quarkus.funqy.knative.events.CloudEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveryTableTest {
  private static final FunctionDeclaration A = new FunctionDeclaration("Good.a", "a", "t", "one");
  private static final FunctionDeclaration B = new FunctionDeclaration("Good.b", "b", "t", "two");

  @Test
  void functionIsFoundByPathAndType() {
    DeliveryTable table = DeliveryTable.of(List.of(A, B));

    assertThat(table.function("one", "t")).contains("a");
    assertThat(table.function("two", "t")).contains("b");
    assertThat(table.function("two", "u")).isEmpty();
    assertThat(table.function("three", "t")).isEmpty();
    assertThat(table.isInternal("a")).isTrue();
    assertThat(table.isInternal("")).isTrue();
    assertThat(table.isInternal("one")).isFalse();
  }

  @Test
  void declarationIsReadFromTheAnnotations() throws Exception {
    var method = ShadowFunction.class.getMethod("requested", CloudEvent.class);

    assertThat(FunctionDeclaration.of(method))
        .isEqualTo(
            new FunctionDeclaration(
                "ShadowFunction.requested",
                "shadow-requested",
                "dev.gnomon.shadow-requested.v1",
                "shadow"));
  }

  @Test
  void badDeclarationsStopTheStartAllAtOnce() {
    var bad =
        List.of(
            A,
            B,
            new FunctionDeclaration("Bad.same", "a", "t", "one"),
            new FunctionDeclaration("Bad.nothing", "c", "", ""),
            new FunctionDeclaration("Bad.noPath", "d", "t", ""),
            new FunctionDeclaration("Bad.slash", "e", "t", "/two"));

    assertThatThrownBy(() -> DeliveryTable.of(bad))
        .hasMessageContaining("Bad.same: another function is also named 'a'")
        .hasMessageContaining("Bad.same: 'a' takes t at /one already")
        .hasMessageContaining("Bad.nothing: needs @CloudEventMapping")
        .hasMessageContaining("Bad.noPath: needs @CloudEventMapping")
        .hasMessageContaining("Bad.slash: '/two' is not a path");
  }
}
