package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.catalogue.Objectives;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Priority;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.Writer;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.shadow.Marks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What could be read of one resource: enough to check it against the others.
///
/// @param location of a directory
/// @param prefix location of a prefix of a bucket
record ResourceDraft(
    Section at,
    Optional<ResourceName> name,
    Optional<CellName> cell,
    Optional<Path> location,
    Optional<S3Prefix> prefix,
    List<ShadowDraft> shadows,
    List<ActuatorDraft> actuators) {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  static ResourceDraft read(Section at) {
    return new ResourceDraft(
        at,
        at.at("name").value(ResourceName::new),
        at.at("cell").value(CellName::new),
        isPrefix(at) ? Optional.empty() : at.at("location").path(),
        isPrefix(at) ? at.at("location").value(S3Prefix::of) : Optional.empty(),
        Stream.concat(single(at.at("shadow")), at.at("shadows").items().stream())
            .map(ShadowDraft::read)
            .toList(),
        at.at("actuators").items().stream().map(ActuatorDraft::read).toList());
  }

  private static boolean isPrefix(Section at) {
    return at.at("kind").text().filter("s3-prefix"::equals).isPresent();
  }

  boolean isPrefix() {
    return isPrefix(at);
  }

  private static Stream<Section> single(Section section) {
    return section.node().isObject() ? Stream.of(section) : Stream.empty();
  }

  RollbackMode rollback() {
    return at.at("rollback").choice(RollbackMode.class).orElse(RollbackMode.RESTORE);
  }

  List<Path> replicas() {
    return shadows.stream().flatMap(shadow -> shadow.replica().stream()).toList();
  }

  /// Durations and the like, which are reported while they are read; before [#build].
  void checkValues() {
    keep();
    hooks();
    checks();
    objectives();
  }

  /// Only for a draft in which no mistake was found.
  ///
  /// @param cells all of the catalogue
  Resource build(List<Cell> cells) {
    return new Resource(
        name.orElseThrow(),
        cell.orElseThrow(),
        isPrefix() ? prefix.orElseThrow() : Place.of(location.orElseThrow()),
        at.at("priority").choice(Priority.class).orElse(Priority.NORMAL),
        shadows.stream().map(shadow -> shadow.build(name.orElseThrow(), cells)).toList(),
        rollback(),
        at.at("automation").choice(Automation.class).orElse(Automation.OBSERVE),
        at.at("allowAdvisoryFence").flag(),
        at.at("dependsOn").items().stream()
            .map(item -> item.value(ResourceName::new).orElseThrow())
            .toList(),
        keep(),
        hooks(),
        at.at("onChange").choice(OnChange.class).orElse(OnChange.RETRY),
        actuators.stream().map(actuator -> actuator.spec().orElseThrow()).toList(),
        checks(),
        at.at("onFail").choice(OnFail.class).orElse(OnFail.ROLLBACK),
        at.at("onHeartbeatLost").choice(OnFail.class).orElse(OnFail.NOTIFY),
        limits(),
        writer(),
        isPrefix() ? Optional.of(PrefixDraft.build(at)) : Optional.empty(),
        objectives());
  }

  private Objectives objectives() {
    return new Objectives(at.at("objectives").at("recoveryPoint").duration());
  }

  private Limits limits() {
    Section limits = at.at("limits");
    return new Limits(
        limits
            .at("maxDeletePercent")
            .number()
            .filter(percent -> percent >= 0 && percent <= 100)
            .orElse(Limits.DEFAULT.maxDeletePercent()),
        limits.at("minConfidence").share().orElse(Limits.DEFAULT.minConfidence()));
  }

  private Keep keep() {
    Section keep = at.at("keep");
    if (!keep.node().isObject() || keep.node().isEmpty()) {
      return Keep.DEFAULT;
    }
    return new Keep(
        keep.at("last").number().filter(number -> number >= 1).orElse(1),
        keep.at("hourly").number().filter(number -> number >= 0).orElse(0),
        keep.at("daily").number().filter(number -> number >= 0).orElse(0),
        keep.at("within").duration(),
        keptTags(keep.at("keepTagged")));
  }

  private static Set<String> keptTags(Section tags) {
    return tags.flag()
        ? Set.of(Keep.ANY_TAG)
        : tags.items().stream()
            .flatMap(tag -> tag.value(Marks::checkedTag).stream())
            .collect(Collectors.toSet());
  }

  private Hooks hooks() {
    Section hooks = at.at("hooks");
    return hooks.node().isObject()
        ? new Hooks(
            hooks.at("pre").program(),
            hooks.at("post").program(),
            hooks.at("timeout").duration().orElse(Hooks.NONE.timeout()))
        : Hooks.NONE;
  }

  private List<CheckSpec> checks() {
    return at.at("checks").items().stream()
        .map(check ->
            new CheckSpec(
                check.at("name").text().orElse(""),
                check.at("command").program(),
                check.at("timeout").duration().orElse(DEFAULT_TIMEOUT)))
        .toList();
  }

  private Optional<Writer> writer() {
    Section writer = at.at("writer");
    return writer
        .at("uid")
        .number()
        .map(uid -> new Writer(uid, writer.at("gid").number().orElse(uid)));
  }
}
