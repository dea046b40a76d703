package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.retention.Retention;
import dev.gnomon.core.retention.Verdict;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.local.cli.Console.Style;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `points expire`: with the stack by the rules of gnomon.yaml, as its sweep does it every minute;
/// with a store alone by the rules on the command line.
@Command(
    name = "expire",
    description = {
      "Deletes the points of a resource that no rule keeps; --dry-run says which, and why the others stay.",
      "A stack has its rules in gnomon.yaml; with --store they are given here."
    },
    mixinStandardHelpOptions = true)
final class PointsExpire implements Runnable {
  private static final ObjectName MARK_OF_A_CELL = new ObjectName("cell/probe");

  private final Gnomon top;

  @Parameters(index = "0", paramLabel = "NAME", description = "The resource.")
  private String resource = "";

  @Option(names = "--dry-run", description = "Shows what would be done and does nothing.")
  private boolean dryRun;

  @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
  private @Nullable String store;

  @Option(names = "--last", paramLabel = "N", description = "Keeps the newest N.")
  private @Nullable Integer last;

  @Option(
      names = "--hourly",
      paramLabel = "N",
      description = "Keeps the newest of each of the last N hours that have one.")
  private @Nullable Integer hourly;

  @Option(
      names = "--daily",
      paramLabel = "N",
      description = "Keeps the newest of each of the last N days that have one.")
  private @Nullable Integer daily;

  @Option(
      names = "--within",
      paramLabel = "DURATION",
      converter = Options.DurationConverter.class,
      description = "Keeps what is at most so much older than the newest.")
  private @Nullable Duration within;

  @Option(
      names = "--keep-tagged",
      paramLabel = "TAG",
      description = "Keeps points with this tag, '*' for any; may be repeated.")
  private @Nullable List<String> keepTagged;

  PointsExpire(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    ResourceName name = new ResourceName(Names.checked(resource, ResourceName::new));
    Optional<Keep> rules = rules();
    if (store == null) {
      if (rules.isPresent()) {
        throw Failure.wrongUse("the stack has its rules in gnomon.yaml; give none here");
      }
      inTheStack(name);
    } else {
      inTheStore(
          name,
          rules.orElseThrow(() ->
              Failure.wrongUse(
                  "which points stay? Give one or more of --last, --hourly, --daily, --within,"
                      + " --keep-tagged")));
    }
  }

  private Optional<Keep> rules() {
    if (last == null && hourly == null && daily == null && within == null && keepTagged == null) {
      return Optional.empty();
    }
    try {
      Set<String> tags = keepTagged == null ? Set.of() : Set.copyOf(keepTagged);
      return Optional.of(
          new Keep(
              last == null ? 1 : last,
              hourly == null ? 0 : hourly,
              daily == null ? 0 : daily,
              Optional.ofNullable(within),
              tags));
    } catch (IllegalArgumentException e) {
      throw Failure.wrongUse(String.valueOf(e.getMessage()));
    }
  }

  private void inTheStack(ResourceName name) {
    StackApi api = StackApi.of(top.options.data());
    Names.known(api, List.of(name.value()));
    if (dryRun) {
      show(PointSource.entries(api.expiryPlan(name.value())));
    } else {
      List<String> gone = new ArrayList<>();
      api.expire(name.value())
          .path("points")
          .forEach(ref -> gone.add(ref.path("cell").asText() + ":" + ref.path("point").asText()));
      told(gone);
    }
  }

  private void inTheStore(ResourceName name, Keep keep) {
    try (StoreUrl.Opened opened = StoreUrl.openExisting(String.valueOf(store), top.options.key())) {
      List<Point> points = opened.shadows().points(name);
      if (points.isEmpty()) {
        throw Failure.failed("the store has no points of " + name);
      }
      Map<PointId, Marks> marks = opened.stores().marks().of(name);
      List<Verdict> verdicts =
          Retention.decide(points, marks, keep, point -> false, opened.objects().time());
      if (dryRun) {
        Map<PointId, Point> byId = new LinkedHashMap<>();
        points.forEach(point -> byId.put(point.id(), point));
        show(verdicts.stream().map(verdict -> entry(byId.get(verdict.point()), verdict)).toList());
        return;
      }
      if (opened.objects().stat(MARK_OF_A_CELL).isPresent()) {
        throw Failure.failed(
            "this store belongs to a cell of a stack, whose rollbacks and updates may stand on its"
                + " points: let the stack expire them (without --store), or look with --dry-run");
      }
      Map<PointId, Long> going = new LinkedHashMap<>();
      verdicts.stream()
          .filter(verdict -> !verdict.stays())
          .forEach(verdict -> going.put(verdict.point(), verdict.marks()));
      told(opened.expiry().expire(going).stream().map(PointId::toString).toList());
    }
  }

  private static JsonNode entry(@Nullable Point point, Verdict verdict) {
    ObjectNode entry = Json.MAPPER.createObjectNode();
    entry.put("point", verdict.point().toString());
    entry.put("time", point == null ? "" : point.time().toString());
    entry.put("stays", verdict.stays());
    entry.set(
        "why", Json.MAPPER.valueToTree(verdict.reasons().stream().map(Object::toString).toList()));
    return entry;
  }

  private void show(List<JsonNode> plan) {
    Console console = top.console;
    if (console.json()) {
      console.value(plan);
      return;
    }
    Table table = new Table("POINT", "CELL", "TIME", "", "WHY");
    long going = 0;
    for (JsonNode line : plan) {
      boolean stays = line.path("stays").asBoolean();
      going += stays ? 0 : 1;
      table.row(
          line.path("point").asText(),
          line.path("cell").asText(),
          line.path("time").asText().replaceAll("\\.[0-9]+Z$", "Z"),
          stays ? "stays" : "goes",
          stays ? String.join(", ", PointView.texts(line.path("why"))) : "no rule keeps it");
      table.style(3, stays ? Style.GOOD : Style.WARN);
    }
    table.print(console, "");
    console.line(
        "would delete %d of %s".formatted(going, Amounts.count(plan.size(), "point", "points")));
  }

  private void told(List<String> gone) {
    Console console = top.console;
    if (console.json()) {
      console.value(Map.of("expired", gone));
    }
    gone.forEach(point -> console.line("  " + point));
    console.line("deleted " + Amounts.count(gone.size(), "point", "points"));
  }
}
