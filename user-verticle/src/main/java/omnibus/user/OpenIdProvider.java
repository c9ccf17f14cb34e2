package omnibus.user;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;
import omnibus.user.model.Email;
import omnibus.user.model.LoginState;
import omnibus.user.model.ProviderIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Talks to the OpenID provider: the authorization code flow of OpenID Connect Core 1.0 with PKCE (RFC 7636). Whatever is
 * asked of it is answered before the caller's deadline: by the provider, or as unavailable. Lives on one event loop.
 */
final class OpenIdProvider {
    /** What an answer needs to get back to the caller: who waits until the deadline gets none. */
    private static final long WAY_BACK_MILLIS = 300;

    private static final Logger LOG = LoggerFactory.getLogger(OpenIdProvider.class);
    private static final Duration KEYS_FRESH = Duration.ofMinutes(5);
    /** So often at most keys are read anew for a key id that is not among them: anybody can make one up. */
    private static final Duration KEYS_AGAIN = Duration.ofSeconds(5);

    private static final long RETRY_SECONDS = 10;
    private static final String AWAY = "The provider does not answer at the moment. Begin again.";

    /** Signatures by a key the provider alone has: never none, never one made with the secret both share. */
    private static final Set<JWSAlgorithm> SIGNED_BY_PROVIDER = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384);

    private final OpenIdConfig config;
    private final ProviderHttp http;
    private Future<OIDCProviderMetadata> metadata;
    private JWKSet keys;
    private long keysReadAt;

    OpenIdProvider(Vertx vertx, OpenIdConfig config) {
        this.config = config;
        this.http = new ProviderHttp(vertx);
    }

    OpenIdConfig config() {
        return config;
    }

    /** Somebody who has signed in at the provider, and what opens the rest that it knows. */
    record Confirmed(ProviderIdentity who, AccessToken token) {}

    /** Where to send somebody who wants to sign in. Fails with {@link Problem} UNAVAILABLE. */
    Future<URI> authorizationUrl(LoginState login, String state, Deadline deadline) {
        return inTime(
                deadline,
                metadata()
                        .map(known -> new AuthenticationRequest.Builder(
                                        ResponseType.CODE,
                                        new Scope("openid", "email", "profile"),
                                        clientId(),
                                        URI.create(login.redirectUri()))
                                .endpointURI(known.getAuthorizationEndpointURI())
                                .state(new State(state))
                                .nonce(new Nonce(login.nonce()))
                                // The library makes the challenge of the verifier, which only the client has.
                                .customParameter("code_challenge", login.codeChallenge())
                                .customParameter("code_challenge_method", CodeChallengeMethod.S256.getValue())
                                .build()
                                .toURI()));
    }

    /**
     * Who came back with this code. Fails with {@link Problem} UNAUTHENTICATED {@code provider-refused} if the provider does
     * not take the code or its answer does not hold, UNAVAILABLE if it does not answer.
     */
    Future<Confirmed> redeem(LoginState login, String code, String codeVerifier, Deadline deadline) {
        return inTime(
                deadline,
                metadata()
                        .compose(known -> {
                            var grant = new AuthorizationCodeGrant(
                                    new AuthorizationCode(code),
                                    URI.create(login.redirectUri()),
                                    new CodeVerifier(codeVerifier));
                            return http.send(
                                    new TokenRequest.Builder(known.getTokenEndpointURI(), authentication(known), grant)
                                            .build()
                                            .toHTTPRequest());
                        })
                        .compose(answer -> confirmed(answer, login.nonce())));
    }

    private Future<Confirmed> confirmed(HTTPResponse answer, String nonce) {
        return parsed(() -> OIDCTokenResponseParser.parse(answer)).compose(response -> {
            if (!response.indicatesSuccess()) {
                return Future.failedFuture(
                        refusal(answer, response.toErrorResponse().getErrorObject()));
            }
            var tokens = ((OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens();
            if (!(tokens.getIDToken() instanceof SignedJWT idToken)) {
                return Future.failedFuture(refused("it does not say who it is"));
            }
            return keysFor(idToken)
                    .compose(found -> parsed(() -> claims(idToken, nonce, found)))
                    .map(claims -> new Confirmed(identity(claims), tokens.getAccessToken()));
        });
    }

    /** That the shop is not known there, or asks too often, is nothing the customer can mend. */
    private Throwable refusal(HTTPResponse answer, ErrorObject error) {
        var code = error == null ? null : error.getCode();
        LOG.warn("the OpenID provider {} takes no code: {} {}", config.issuer(), answer.getStatusCode(), code);
        var ours = "invalid_client".equals(code) || "unauthorized_client".equals(code) || answer.getStatusCode() == 429;
        return ours ? Problem.unavailable(AWAY, RETRY_SECONDS) : refused("it does not take the code");
    }

    private IDTokenClaimsSet claims(JWT idToken, String nonce, JWKSet found) throws BadJOSEException, JOSEException {
        var validator = new IDTokenValidator(
                new Issuer(config.issuer()),
                clientId(),
                new JWSVerificationKeySelector<>(SIGNED_BY_PROVIDER, new ImmutableJWKSet<>(found)),
                null);
        return validator.validate(idToken, new Nonce(nonce));
    }

    private static ProviderIdentity identity(IDTokenClaimsSet claims) {
        return new ProviderIdentity(
                claims.getIssuer().getValue(),
                claims.getSubject().getValue(),
                verified(claims.getStringClaim("email"), claims.getBooleanClaim("email_verified")),
                Optional.ofNullable(claims.getStringClaim("name")));
    }

    private static Optional<String> verified(String email, Boolean isVerified) {
        return Optional.ofNullable(email)
                .filter(told -> Boolean.TRUE.equals(isVerified) && Email.isPlausible(told))
                .map(Email::normalised);
    }

    /**
     * The same with the e-mail, which providers may keep out of the ID token (section 5.4); the subject must then be the same
     * (section 5.3.2). Fails as {@link #redeem}.
     */
    Future<ProviderIdentity> withEmail(Confirmed confirmed, Deadline deadline) {
        var who = confirmed.who();
        if (who.verifiedEmail().isPresent()) return Future.succeededFuture(who);
        return inTime(deadline, metadata().compose(known -> {
            if (known.getUserInfoEndpointURI() == null || confirmed.token() == null) return Future.succeededFuture(who);
            return http.send(new UserInfoRequest(known.getUserInfoEndpointURI(), confirmed.token()).toHTTPRequest())
                    .compose(answer -> parsed(() -> UserInfoResponse.parse(answer)))
                    .compose(response -> response.indicatesSuccess()
                                    && response.toSuccessResponse().getUserInfo() != null
                            ? Future.succeededFuture(
                                    response.toSuccessResponse().getUserInfo())
                            : Future.failedFuture(refused("it does not say who it is")))
                    .compose(told -> told.getSubject().getValue().equals(who.subject())
                            ? Future.succeededFuture(new ProviderIdentity(
                                    who.issuer(),
                                    who.subject(),
                                    verified(told.getEmailAddress(), told.getEmailVerified()),
                                    who.name().or(() -> Optional.ofNullable(told.getName()))))
                            : Future.failedFuture(refused("its answers do not agree")));
        }));
    }

    private ClientID clientId() {
        return new ClientID(config.clientId());
    }

    /** As the provider wants it; where it does not say, by HTTP Basic (OpenID Connect Discovery 1.0, section 3). */
    private ClientAuthentication authentication(OIDCProviderMetadata known) {
        var secret = new Secret(config.clientSecret().reveal());
        var methods = known.getTokenEndpointAuthMethods();
        var posted = methods != null
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST);
        return posted ? new ClientSecretPost(clientId(), secret) : new ClientSecretBasic(clientId(), secret);
    }

    /** What the provider tells about itself; read once, and again only while it could not be read. */
    private Future<OIDCProviderMetadata> metadata() {
        if (metadata == null || metadata.failed()) {
            metadata = parsed(() -> OIDCProviderMetadata.resolveURL(new Issuer(config.issuer()))
                            .toURI())
                    .compose(http::get)
                    .compose(answer -> unusable(() -> checked(OIDCProviderMetadata.parse(answer.getBody()))));
        }
        return metadata;
    }

    private OIDCProviderMetadata checked(OIDCProviderMetadata told) throws IOException {
        if (!told.getIssuer().getValue().equals(config.issuer().toString())) {
            throw new IOException("it says that it is " + told.getIssuer());
        }
        if (told.getAuthorizationEndpointURI() == null || told.getTokenEndpointURI() == null) {
            throw new IOException("it tells no address for signing in, or none for codes");
        }
        if (told.getJWKSetURI() == null || !told.getJWKSetURI().isAbsolute()) {
            throw new IOException("it tells no address of its keys");
        }
        return told;
    }

    /** The provider's keys, read again when they are old, or when this token names another one. */
    private Future<JWKSet> keysFor(SignedJWT idToken) {
        var keyId = idToken.getHeader().getKeyID();
        if (keys != null) {
            var known = keyId == null || keys.getKeyByKeyId(keyId) != null;
            if (keysAge().compareTo(known ? KEYS_FRESH : KEYS_AGAIN) < 0) return Future.succeededFuture(keys);
        }
        return metadata()
                .compose(known -> http.get(known.getJWKSetURI()))
                .compose(answer -> unusable(() -> JWKSet.parse(answer.getBody())))
                .onSuccess(found -> {
                    keys = found;
                    keysReadAt = System.nanoTime();
                });
    }

    private Duration keysAge() {
        return Duration.ofNanos(System.nanoTime() - keysReadAt);
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read()
                throws GeneralException, ParseException, JOSEException, BadJOSEException, java.net.URISyntaxException,
                        IOException;
    }

    /** What does not hold is a refusal: the provider answered this sign-in, and its answer says nothing. */
    private <T> Future<T> parsed(Reading<T> reading) {
        try {
            return Future.succeededFuture(reading.read());
        } catch (Exception wrong) {
            LOG.warn("an answer of the OpenID provider {} does not hold: {}", config.issuer(), wrong.toString());
            return Future.failedFuture(refused("its answer does not hold"));
        }
    }

    /** What everybody needs and cannot be read makes the provider unavailable. */
    private static <T> Future<T> unusable(Reading<T> reading) {
        try {
            return Future.succeededFuture(reading.read());
        } catch (Exception wrong) {
            return Future.failedFuture(new IOException("what it tells about itself does not hold: " + wrong, wrong));
        }
    }

    private <T> Future<T> inTime(Deadline deadline, Future<T> answer) {
        var patience = Math.max(1, deadline.remainingMillis() - WAY_BACK_MILLIS);
        return answer.timeout(patience, TimeUnit.MILLISECONDS).recover(failure -> {
            if (failure instanceof Problem) return Future.failedFuture(failure);
            LOG.warn("the OpenID provider {} is of no use: {}", config.issuer(), failure.toString());
            return Future.failedFuture(Problem.unavailable(AWAY, RETRY_SECONDS));
        });
    }

    private static Problem refused(String why) {
        return Problem.unauthenticated(
                "provider-refused", "The provider did not confirm this sign-in: " + why + ". Begin again.");
    }

    Future<Void> close() {
        return http.close();
    }
}
