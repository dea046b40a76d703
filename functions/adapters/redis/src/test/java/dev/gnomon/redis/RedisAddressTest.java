package dev.gnomon.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {
  @ParameterizedTest
  @CsvSource({
    "redis://localhost, false, false, localhost:6379",
    "redis://:secret@db:7000/2, false, false, db:7000",
    "rediss://user:secret@db:7000, false, true, db:7000",
    "redis-sentinel://:secret@a:26379;b:26380/0#main, false, false, a:26379;b:26380#main",
    "redis-cluster://:secret@a:1;b:2, true, false, a:1;b:2",
    "rediss-cluster://user:secret@a:1;b:2?verifyPeer=NONE, true, true, a:1;b:2",
  })
  void understandsEveryFormAndPrintsNoPassword(
      String url, boolean cluster, boolean tls, String text) {
    RedisAddress address = RedisAddress.parse(url.replace(';', ','));

    assertThat(address.cluster()).isEqualTo(cluster);
    assertThat(address.nodes()).allMatch(node -> node.isSsl() == tls);
    assertThat(address).hasToString(text.replace(';', ','));
    assertThat(address.timeout()).isEqualTo(RedisAddress.DEFAULT_TIMEOUT);
  }

  @Test
  void everyNodeOfAClusterHasThePassword() {
    assertThat(RedisAddress.parse("redis-cluster://user:secret@a:1,b:2").nodes())
        .hasSize(2)
        .extracting(RedisURI::getCredentialsProvider)
        .allSatisfy(provider ->
            assertThat(provider.resolveCredentials().block().getPassword())
                .isEqualTo("secret".toCharArray()));
  }

  @Test
  void timeoutOfCommandsCanBeSet() {
    assertThat(RedisAddress.parse("redis://db?timeout=7s").timeout())
        .isEqualTo(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "db:6379", "http://user:secret@db", "redis-cluster://"})
  void anythingElseIsRefusedWithoutItsPassword(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisAddress.parse(url))
        .withMessageStartingWith("not a Redis URL")
        .withMessageNotContaining("secret");
  }
}
