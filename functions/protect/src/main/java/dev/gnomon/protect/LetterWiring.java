package dev.gnomon.protect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.letters.LetterSender;
import dev.gnomon.core.letters.Letters;
import dev.gnomon.runtime.EventSink;
import dev.gnomon.runtime.NotAccepted;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.UUID;

/// Puts together what keeps dead letters and sends them again. Replays go to the broker, as all
/// events do.
@Singleton
class LetterWiring {
  @Produces
  @Singleton
  Letters letters(
      Catalogue catalogue,
      CellObjects cells,
      ControlRecords records,
      Checkpoint checkpoint,
      EventSink sink,
      ProtectSettings settings) {
    return Letters.of(
        cells.of(catalogue.control()),
        records,
        content -> send(sink, content),
        checkpoint,
        settings.letters(),
        UUID.randomUUID().toString(),
        System::nanoTime);
  }

  private static void send(EventSink sink, String content) {
    CloudEvent event = new JsonFormat().deserialize(content.getBytes(UTF_8));
    try {
      sink.send(event);
    } catch (NotAccepted e) {
      throw new LetterSender.NotTaken(String.valueOf(e.getMessage()), e);
    }
  }
}
