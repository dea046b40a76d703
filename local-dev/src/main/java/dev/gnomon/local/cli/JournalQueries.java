package dev.gnomon.local.cli;

import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.SeveralSources;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `journal status | list | show`.
final class JournalQueries {
  private JournalQueries() {}

  /// What there is.
  @Command(name = "status", description = "What there is of it.", mixinStandardHelpOptions = true)
  static final class Status implements Runnable {
    private final Gnomon top;

    @Mixin private JournalPlace.One one = new JournalPlace.One();

    Status(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      JournalPlace place = one.place(top);
      try (StoreUrl.Opened opened = place.open()) {
        JournalView.status(
            top.console,
            place.journal(opened).status(),
            place.prefix().isPresent(),
            JournalOfPrefix.following(top, place));
      }
    }
  }

  /// Transactions in their order.
  @Command(
      name = "list",
      description = "Transactions, in the order of the journal.",
      mixinStandardHelpOptions = true)
  static final class Transactions implements Runnable {
    private final Gnomon top;

    @Mixin private JournalPlace.One one = new JournalPlace.One();

    @Option(
        names = "--after",
        paramLabel = "POSITION",
        description = "Only later ones (default: the last so many).")
    private @Nullable Long after;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "50",
        description = "At most so many (default: 50).")
    private int limit;

    Transactions(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      if (limit < 1) {
        throw Failure.wrongUse("--limit is at least 1");
      }
      JournalPlace place = one.place(top);
      try (StoreUrl.Opened opened = place.open()) {
        Journal journal = place.journal(opened);
        long from =
            after == null ? Math.max(0, journal.position(new Moment.Newest()) - limit) : after;
        JournalView.list(top.console, journal.entries(from, limit));
      }
    }
  }

  /// One transaction.
  @Command(
      name = "show",
      description = "The writes of one transaction.",
      mixinStandardHelpOptions = true)
  static final class Show implements Runnable {
    private final Gnomon top;

    @Mixin private JournalPlace.One one = new JournalPlace.One();

    @Parameters(index = "1", paramLabel = "TRANSACTION", description = "Its id or position.")
    private String transaction = "";

    Show(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      JournalPlace place = one.place(top);
      try (StoreUrl.Opened opened = place.open()) {
        Journal journal = place.journal(opened);
        List<JournalEntry> named = journal.find(transaction);
        if (named.size() > 1) {
          throw SeveralSources.refusal(place.name(), transaction, named);
        }
        JournalEntry entry =
            named.stream()
                .findFirst()
                .or(() -> atPosition(journal, transaction))
                .orElseThrow(() ->
                    Failure.failed(
                        "the journal of %s has no transaction '%s'"
                            .formatted(place.name(), transaction)));
        JournalView.show(top.console, entry);
      }
    }

    private static Optional<JournalEntry> atPosition(Journal journal, String text) {
      if (!text.matches("[1-9][0-9]{0,17}")) {
        return Optional.empty();
      }
      long position = Long.parseLong(text);
      return journal.entries(position - 1, 1).stream()
          .filter(entry -> entry.position() == position)
          .findFirst();
    }
  }
}
