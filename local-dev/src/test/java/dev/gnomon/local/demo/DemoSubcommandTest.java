package dev.gnomon.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.local.cli.Failure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoSubcommandTest {
  @ParameterizedTest
  @CsvSource({
    "--target, broker:8080",
    "--target, ftp://broker/",
    "--target, broker",
    "--api, http:///routes",
    "--routes, https:route"
  })
  void whatIsNoWebServerIsRefusedBeforeAnythingIsDone(String option, String url) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--target=http://127.0.0.1:1",
                "--api=http://127.0.0.1:1",
                "--prefix=s3+http://127.0.0.1:1/shop/orders"));
    words.removeIf(word -> word.startsWith(option + "="));
    words.add(option + "=" + url);

    assertThatThrownBy(() -> new DemoSubcommand().run(words, System.out, System.err))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.exitCode()).isEqualTo(Failure.WRONG_USE))
        .hasMessage(option + " must be a URL such as http://host:8080, found " + url);
  }
}
