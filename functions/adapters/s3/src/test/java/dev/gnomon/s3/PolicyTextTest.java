package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTextTest {
  private static final String OWNER = "0123456789abcdef";
  private static final String OTHER = "fedcba9876543210";

  private static String with(Optional<String> policy, String owner, long epoch) {
    return PolicyText.with(
        policy, owner, epoch, sid -> "{\"Sid\":\"%s\",\"Effect\":\"Deny\"}".formatted(sid));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"a\",\"Effect\":\"Allow\"}]}",
        "{ \"Statement\" : [ {\"Sid\":\"a, b\"} ,\n {\"Effect\":\"Allow\"} ] , \"Id\":\"x\" }",
        "{\"Statement\":{\"Sid\":\"single\",\"Resource\":[\"a\",\"b\"]},\"Version\":\"2008-10-17\"}",
        "{\"Statement\":[]}",
        "{\"Id\":\"Statement\",\"Statement\":[{\"Statement\":[1,2]},{\"Sid\":\"ü \\\" ]\"}]}",
      })
  void policyIsTheTextThatItWas(String policy) {
    String fenced = with(Optional.of(policy), OWNER, 7);
    String twice = with(Optional.of(fenced), OTHER, 3);

    assertThat(PolicyText.of(fenced).epoch(OWNER)).contains(7L);
    assertThat(PolicyText.of(policy).epoch(OWNER)).isEmpty();
    assertThat(PolicyText.of(fenced).without(OWNER)).contains(policy);
    assertThat(PolicyText.of(twice).without(OTHER)).contains(fenced);
    assertThat(PolicyText.of(policy).without(OWNER)).contains(policy);
  }

  @Test
  void bucketWithoutAPolicyHasNoneAgain() {
    String fenced = with(Optional.empty(), OWNER, 7);

    assertThat(PolicyText.of(fenced).without(OWNER)).isEmpty();
  }

  @Test
  void statementThatOthersAddedMeanwhileStays() {
    String fenced = with(Optional.empty(), OWNER, 7);
    String edited = fenced.replace("[", "[{\"Sid\":\"added\"},");

    assertThat(PolicyText.of(edited).without(OWNER))
        .contains("{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"added\"}]}");
  }

  @Test
  void nextEpochTakesThePlaceOfTheOneBefore() {
    String policy = "{\"Statement\":[{\"Sid\":\"a\"}]}";
    String first = with(Optional.of(policy), OWNER, 7);

    String second = with(Optional.of(first), OWNER, 8);

    assertThat(PolicyText.of(second).epoch(OWNER)).contains(8L);
    assertThat(PolicyText.of(second).without(OWNER)).contains(policy);
  }

  @Test
  void fencesOfTwoResourcesComeOffInAnyOrder() {
    String both = with(Optional.of(with(Optional.empty(), OWNER, 7)), OTHER, 2);

    String left = PolicyText.of(both).without(OWNER).orElseThrow();

    assertThat(PolicyText.of(left).epoch(OTHER)).contains(2L);
    assertThat(PolicyText.of(left).epoch(OWNER)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"Statement\":7}", "{\"Statement\":[", "no"})
  void whatIsNoPolicyIsRefused(String text) {
    assertThatThrownBy(() -> PolicyText.of(text)).isInstanceOf(UncheckedIOException.class);
  }
}
