package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.shadow.Marks;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `points tag | untag | hold | release`.
final class PointsMarks {
  private PointsMarks() {}

  private abstract static class Say implements Runnable {
    private final Gnomon top;

    @Mixin private PointSource.One one = new PointSource.One();

    Say(Gnomon top) {
      this.top = top;
    }

    void say(String what, Optional<String> text) {
      PointName name = one.name();
      JsonNode entry = one.source(top).say(name, what, text);
      Console console = top.console;
      if (console.json()) {
        console.value(entry);
      }
      console.line(name.id() + " " + PointView.marks(entry));
    }
  }

  @Command(
      name = "tag",
      description = "Gives a point a name to find it by; keep.keepTagged may keep it.",
      mixinStandardHelpOptions = true)
  static final class Tag extends Say {
    @Parameters(index = "1", paramLabel = "TAG")
    private String tag = "";

    Tag(Gnomon top) {
      super(top);
    }

    @Override
    public void run() {
      say("tag", Optional.of(Names.checked(tag, Marks::checkedTag)));
    }
  }

  @Command(name = "untag", description = "Takes a tag away.", mixinStandardHelpOptions = true)
  static final class Untag extends Say {
    @Parameters(index = "1", paramLabel = "TAG")
    private String tag = "";

    Untag(Gnomon top) {
      super(top);
    }

    @Override
    public void run() {
      say("untag", Optional.of(Names.checked(tag, Marks::checkedTag)));
    }
  }

  @Command(
      name = "hold",
      description = "Keeps a point, whatever the rules say, until the hold is released.",
      mixinStandardHelpOptions = true)
  static final class Hold extends Say {
    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
    private String reason = "";

    Hold(Gnomon top) {
      super(top);
    }

    @Override
    public void run() {
      say("hold", Optional.of(Names.checked(reason, Marks::checkedReason)));
    }
  }

  @Command(name = "release", description = "Ends a hold.", mixinStandardHelpOptions = true)
  static final class Release extends Say {
    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "Of the hold that ends, if there are several.")
    private @Nullable String reason;

    Release(Gnomon top) {
      super(top);
    }

    @Override
    public void run() {
      say("release", Optional.ofNullable(reason));
    }
  }
}
