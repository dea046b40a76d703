package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.local.cli.Console.Style;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `points verify`.
@Command(
    name = "verify",
    description = {
      "Reads every chunk of a point and names every path that can't be restored.",
      "Exit code 1 if there is one."
    },
    mixinStandardHelpOptions = true)
final class PointsVerify implements Callable<Integer> {
  private final Gnomon top;

  @Mixin private PointSource.One one = new PointSource.One();

  PointsVerify(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() {
    PointName name = one.name();
    JsonNode found = one.source(top).verify(name, top.console);
    Console console = top.console;
    boolean whole = found.path("whole").asBoolean();
    if (console.json()) {
      console.value(found);
    }
    found
        .path("damaged")
        .forEach(damage ->
            console.line(
                Style.BAD,
                "%s: %s".formatted(damage.path("path").asText(), damage.path("reason").asText())));
    long paths = found.path("damagedPaths").asLong();
    console.line(
        whole ? Style.GOOD : Style.BAD,
        whole
            ? "%s is whole: %s, %s in %s were read"
                .formatted(
                    name.id(),
                    Amounts.count(found.path("files").asLong(), "file", "files"),
                    Amounts.bytes(found.path("bytes").asLong()),
                    Amounts.count(found.path("chunks").asLong(), "chunk", "chunks"))
            : "%s is damaged: %s can't be restored%s"
                .formatted(
                    name.id(),
                    Amounts.count(paths, "path", "paths"),
                    paths > found.path("damaged").size() ? ", not all are shown" : ""));
    return whole ? 0 : Failure.FAILED;
  }
}
