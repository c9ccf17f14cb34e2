package omnibus.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Gives a new shop something to sell, once per home: products of {@code demo/catalogue.ndjson}, with their stock. */
final class DemoCatalogue {
    private static final String RESOURCE = "/demo/catalogue.ndjson";
    private static final Pattern CURRENCY = Pattern.compile("(\"currency\": *\")[A-Z]{3}\"");
    private static final Duration STOCK_PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** What the home remembers, so that deleted demo products do not come back. */
    record Loaded(Instant at, int products) {}

    private final Home home;
    private final ShopClient shop;
    private final String currency;

    DemoCatalogue(Home home, ShopClient shop, String currency) {
        this.home = home;
        this.shop = shop;
        this.currency = currency;
    }

    boolean isLoaded() {
        return home.read(marker(), Loaded.class).isPresent();
    }

    private Path marker() {
        return home.file("demo.json");
    }

    /** @return how many products the shop now shows, each with its stock */
    int load(Instant now) {
        var lines = lines(currency);
        var reply = shop.importProducts(String.join("\n", lines) + "\n");
        int failed = reply.body().path("failed").asInt();
        if (reply.status() != 200 || failed > 0) {
            throw Failure.failed(
                    "The demo catalogue was not loaded.",
                    "The import answered " + reply.status() + ": "
                            + (failed > 0 ? reply.body().path("errors") : reply.body()),
                    "The shop itself runs. Read ./omnibus logs product, then ./omnibus up tries again;",
                    "OMNIBUS_DEMO=false ./omnibus up goes without.");
        }
        awaitStock(stockedSkus(lines));
        int products = reply.body().path("received").asInt();
        home.write(marker(), new Loaded(now, products));
        return products;
    }

    /** Stock follows the products by inventory's own log, so it is there a moment later. */
    private void awaitStock(List<String> skus) {
        var missing = new ArrayList<>(skus);
        boolean all = Poll.until(STOCK_PATIENCE, PAUSE, () -> {
            while (!missing.isEmpty() && visible(missing.get(0))) missing.remove(0);
            return missing.isEmpty();
        });
        if (all) return;
        throw Failure.failed(
                "The demo catalogue is loaded, but its stock is not visible.",
                "After " + STOCK_PATIENCE.toSeconds() + " s " + missing.size()
                        + " products are still out of stock, first " + missing.get(0) + ".",
                "Read ./omnibus logs inventory and ./omnibus logs product; then ./omnibus up tries again.");
    }

    private boolean visible(String sku) {
        var product = shop.get("/api/v1/products/by-sku/" + sku);
        var availability = product.body().path("availability").asText();
        return product.status() == 200 && !availability.isEmpty() && !availability.equals("OUT_OF_STOCK");
    }

    private static List<String> stockedSkus(List<String> lines) {
        var skus = new ArrayList<String>();
        for (var line : lines) {
            try {
                var product = Home.JSON.readTree(line);
                if (product.path("initialStock").asInt() > 0) {
                    skus.add(product.path("sku").asText());
                }
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("The demo catalogue has a broken line", e);
            }
        }
        return skus;
    }

    /** The products, priced in the shop's own currency: a shop has one. */
    static List<String> lines(String currency) {
        try (var stream = DemoCatalogue.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) throw new IllegalStateException("The launcher's jar lacks " + RESOURCE);
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> CURRENCY.matcher(line).replaceFirst("$1" + currency + "\""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
