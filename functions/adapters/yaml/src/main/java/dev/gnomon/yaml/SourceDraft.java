package dev.gnomon.yaml;

import dev.gnomon.core.telemetry.Glob;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.sources.SourceSpec;
import dev.gnomon.core.telemetry.sources.SourceSpec.Credentials;
import dev.gnomon.core.telemetry.sources.SourceSpec.Expression;
import dev.gnomon.core.telemetry.sources.SourceSpec.Origin;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What could be read of one source of telemetry.
record SourceDraft(Section at) {
  private static final String SCRAPE = "scrape";
  private static final String SERVER = "prometheus";

  Optional<String> name() {
    return at.at("name").text();
  }

  /// Values that the schema can't judge; before [#build].
  void checkValues() {
    url(SCRAPE);
    url(SERVER);
    Optional<Duration> every = at.at("every").duration();
    every
        .filter(time ->
            time.compareTo(SourceSpec.LEAST_EVERY) < 0 || time.compareTo(SourceSpec.MOST_EVERY) > 0)
        .ifPresent(time -> at.at("every").error("expected 5s to 1h, found " + time));
    at.at("timeout")
        .duration()
        .filter(time -> time.compareTo(every.orElse(SourceSpec.DEFAULT_EVERY)) > 0)
        .ifPresent(time -> at.at("timeout").error("expected no longer than every, found " + time));
    if (at.has(SERVER) && !at.has("queries")) {
      at.error("expected queries for a server of Prometheus, found none");
    }
    if (at.has(SCRAPE) && at.has("queries")) {
      at.at("queries").error("an exporter takes no queries");
    }
    if (at.has("bearer") && at.has("basic")) {
      at.at("basic").error("expected bearer or basic, found both");
    }
    at.at("ca").path();
    credentials();
  }

  private Optional<URI> url(String key) {
    Section address = at.at(key);
    return address.value(text -> {
      URI url = URI.create(text);
      if (url.getHost() == null || url.getUserInfo() != null) {
        throw new IllegalArgumentException(
            "expected an address with a host and without a user or password");
      }
      return url;
    });
  }

  /// Only for a draft in which no mistake was found.
  SourceSpec build() {
    Duration every = at.at("every").duration().orElse(SourceSpec.DEFAULT_EVERY);
    Duration timeout = SourceSpec.DEFAULT_TIMEOUT;
    return new SourceSpec(
        name().orElseThrow(),
        at.has(SCRAPE)
            ? new Origin.Exporter(url(SCRAPE).orElseThrow())
            : new Origin.Server(
                url(SERVER).orElseThrow(),
                at.at("queries").items().stream().map(SourceDraft::expression).toList()),
        every,
        at.at("timeout").duration().orElse(timeout.compareTo(every) > 0 ? every : timeout),
        labels(),
        at.at("keep").items().stream()
            .flatMap(item -> item.text().stream())
            .map(Glob::new)
            .toList(),
        credentials(),
        at.at("ca").path());
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>();
    for (String label : at.at("labels").node().propertyNames()) {
      at.at("labels").at(label).text().ifPresent(value -> labels.put(label, value));
    }
    return labels;
  }

  private Optional<Credentials> credentials() {
    Optional<Credentials> bearer =
        NotificationDraft.secret(at.at("bearer")).map(Credentials.Bearer::new);
    Section basic = at.at("basic");
    Optional<Credentials> password =
        basic
            .at("user")
            .text()
            .flatMap(user ->
                NotificationDraft.secret(basic.at("password"))
                    .map(secret -> new Credentials.Basic(user, secret)));
    return bearer.isPresent() ? bearer : password;
  }

  private static Expression expression(Section at) {
    List<Sample.Kind> kind = at.at("kind").choice(Sample.Kind.class).stream().toList();
    return new Expression(
        at.text().or(() -> at.at("expr").text()).orElseThrow(),
        at.at("as").text(),
        kind.stream().findFirst());
  }
}
