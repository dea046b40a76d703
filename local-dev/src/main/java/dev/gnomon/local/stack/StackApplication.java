package dev.gnomon.local.stack;

import dev.gnomon.runtime.settings.Settings;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/// Runs while Quarkus does: the HTTP server is up when it starts.
@Singleton
class StackApplication implements QuarkusApplication {
  private final Settings settings;

  @Inject
  StackApplication(Settings settings) {
    this.settings = settings;
  }

  @Override
  public int run(String... arguments) {
    LocalStack stack = LocalStack.current().orElseThrow();
    try {
      // Quarkus says there which port it has got.
      int port = ConfigProvider.getConfig().getValue("quarkus.http.port", Integer.class);
      URI base = URI.create("http://127.0.0.1:" + port);
      stack.ready(base, Optional.of(settings.get(LocalSettings.SWEEP_EVERY)));
      Up.sayReady(stack, base);
      Quarkus.waitForExit();
      return 0;
    } finally {
      Up.haltIfStoppingHangs();
      stack.close();
    }
  }
}
