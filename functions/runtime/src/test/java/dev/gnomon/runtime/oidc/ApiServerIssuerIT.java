package dev.gnomon.runtime.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.tls.Authorities;
import dev.gnomon.runtime.TokenFile;
import dev.gnomon.runtime.app.Http;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens of a real API server for its service accounts, verified by its own keys as a function in
/// its cluster does. Nothing is made there but tokens.
///
/// Needs the variable GNOMON_TEST_KUBECONFIG: a file for kubectl whose user may make tokens.
class ApiServerIssuerIT {
  private static final String VARIABLE = "GNOMON_TEST_KUBECONFIG";

  @TempDir static Path directory;
  private static URI server;
  private static Path authority;

  @BeforeAll
  static void find() throws Exception {
    Assumptions.assumeTrue(
        System.getenv().containsKey(VARIABLE), VARIABLE + " names no cluster whose tokens to try");
    JsonNode cluster =
        Http.JSON
            .readTree(kubectl("config", "view", "--raw", "--flatten", "--minify", "-o", "json"))
            .at("/clusters/0/cluster");
    server = URI.create(cluster.path("server").asText());
    authority =
        Files.write(
            directory.resolve("ca.crt"),
            Base64.getDecoder().decode(cluster.path("certificate-authority-data").asText()));
  }

  private static String kubectl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.add("--kubeconfig=" + System.getenv(VARIABLE));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.strip();
  }

  private static String token(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("-n", "default", "create", "token", "default"));
    arguments.addAll(List.of(more));
    return kubectl(arguments.toArray(String[]::new));
  }

  private static TokenVerifier function(Optional<TokenFile> shown) {
    HttpIssuer issuer =
        new HttpIssuer(
            new HttpIssuer.Place(
                Optional.of(server.resolve("/.well-known/openid-configuration")),
                Optional.empty(),
                Optional.of(server.resolve("/openid/v1/jwks"))),
            shown,
            Authorities.JDK.withFile("gnomon.oidc.authorities", authority),
            HttpIssuer.WITHIN);
    return new TokenVerifier(
        Tokens.AUDIENCE,
        Optional.of(List.of(new Subject("system:serviceaccount:default:*"))),
        new IssuerKeys(issuer, Runnable::run, System::nanoTime),
        Clock.systemUTC());
  }

  @Test
  void aTokenForTheFunctionIsGoodAndOneForAnotherIsNot() throws Exception {
    Path own = Files.writeString(directory.resolve("token"), token());
    TokenVerifier function = function(Optional.of(new TokenFile(own)));

    String subject = function.subject(token("--audience", Tokens.AUDIENCE));

    assertThat(subject).isEqualTo("system:serviceaccount:default:default");
    for (String other : List.of(token("--audience", "another"), token())) {
      Rejection said = catchThrowableOfType(Rejection.class, () -> function.subject(other));
      assertThat(said.problem().kind()).isEqualTo(ProblemKind.UNAUTHORIZED);
      assertThat(said).hasMessageContaining("expected a token for the audience");
    }
  }

  /// As with an account that the ClusterRole of discovery is taken from.
  @Test
  void withoutATokenOfItsOwnAFunctionGetsNoKeysAndLetsNobodyIn() throws Exception {
    String good = token("--audience", Tokens.AUDIENCE);

    Rejection said =
        catchThrowableOfType(Rejection.class, () -> function(Optional.empty()).subject(good));

    assertThat(said.problem().kind()).isEqualTo(ProblemKind.UNAVAILABLE);
    assertThat(said).hasMessageMatching(".*answered 40[13].*");
  }
}
