package dev.gnomon.protect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.events.ObservedTransaction;
import dev.gnomon.events.ObservedWrite;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Announced transactions as the journal takes them.
public final class ObservedTransactions {
  private ObservedTransactions() {}

  /// @param source of the event that announced them
  /// @throws Refusal if a value is none, naming the transaction
  public static List<Transaction> of(String source, List<ObservedTransaction> observed) {
    return observed.stream().map(one -> transaction(source, one)).toList();
  }

  private static Transaction transaction(String source, ObservedTransaction observed) {
    try {
      return new Transaction(
          source,
          observed.id(),
          observed.time(),
          observed.after(),
          observed.writes().stream().map(ObservedTransactions::write).toList());
    } catch (IllegalArgumentException e) {
      throw new Refusal("transaction '%s': %s".formatted(observed.id(), e.getMessage()), e);
    }
  }

  private static Write write(ObservedWrite observed) {
    Key key =
        observed
            .key()
            .map(Key::utf8)
            .orElseGet(
                () -> Key.of(Base64.getDecoder().decode(observed.keyBase64().orElseThrow())));
    return switch (observed.op()) {
      case DELETE -> new Write.Delete(key, observed.version());
      case PUT -> {
        Map<String, String> metadata = new LinkedHashMap<>();
        observed
            .metadata()
            .orElse(List.of())
            .forEach(entry -> metadata.put(entry.name(), entry.value()));
        yield new Write.Put(key, observed.version(), metadata, content(observed));
      }
    };
  }

  private static Content content(ObservedWrite observed) {
    if (observed.upload().isPresent()) {
      return new Content.Stored(observed.upload().get(), observed.size().orElseThrow());
    }
    return new Content.Inline(
        observed
            .text()
            .map(text -> text.getBytes(UTF_8))
            .orElseGet(() -> Base64.getDecoder().decode(observed.content().orElseThrow())));
  }
}
