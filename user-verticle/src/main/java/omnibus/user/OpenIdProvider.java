package omnibus.user;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
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
import com.nimbusds.openid.connect.sdk.claims.PersonClaims;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import omnibus.platform.Problem;
import omnibus.user.model.Email;
import omnibus.user.model.LoginState;
import omnibus.user.model.ProviderIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Talks to the OpenID provider: the authorization code flow of OpenID Connect Core 1.0 with PKCE (RFC 7636). The library
 * speaks over blocking connections, so that a few threads of their own do it: a provider that hangs holds up nobody else.
 */
final class OpenIdProvider {
    private static final Logger LOG = LoggerFactory.getLogger(OpenIdProvider.class);
    private static final int THREADS = 4;
    private static final long LONGEST_SECONDS = 5;
    private static final int CONNECT_MILLIS = 1_000;
    private static final int READ_MILLIS = 2_000;
    private static final int LARGEST_BYTES = 256 * 1024;
    private static final long RETRY_SECONDS = 10;

    /** Signatures by a key the provider alone has: never none, never one made with the secret both share. */
    private static final Set<JWSAlgorithm> SIGNED_BY_PROVIDER = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.EdDSA);

    private final OpenIdConfig config;
    private final WorkerExecutor threads;
    /** Read at the first sign-in and kept: what a provider tells about itself moves rarely, and keys are fetched anew. */
    private volatile Known known;

    private record Known(OIDCProviderMetadata metadata, JWKSource<SecurityContext> keys) {}

    OpenIdProvider(Vertx vertx, OpenIdConfig config) {
        this.config = config;
        this.threads = vertx.createSharedWorkerExecutor("openid-provider", THREADS, LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    OpenIdConfig config() {
        return config;
    }

    /** Where to send somebody who wants to sign in. Fails with {@link Problem} UNAVAILABLE. */
    Future<URI> authorizationUrl(LoginState login, String state) {
        return ask(() -> new AuthenticationRequest.Builder(
                        ResponseType.CODE, new Scope("openid", "email", "profile"), clientId(), login.redirectUri())
                .endpointURI(known().metadata().getAuthorizationEndpointURI())
                .state(new State(state))
                .nonce(new Nonce(login.nonce()))
                // The library makes the challenge of the verifier, which only the client has.
                .customParameter("code_challenge", login.codeChallenge())
                .customParameter("code_challenge_method", CodeChallengeMethod.S256.getValue())
                .build()
                .toURI());
    }

    /**
     * Who came back with this code. Fails with {@link Problem} UNAUTHENTICATED {@code provider-refused} if the provider does
     * not take the code or its answer does not hold, UNAVAILABLE if it does not answer.
     */
    Future<ProviderIdentity> redeem(LoginState login, String code, String codeVerifier) {
        return ask(() -> {
            var grant = new AuthorizationCodeGrant(
                    new AuthorizationCode(code), login.redirectUri(), new CodeVerifier(codeVerifier));
            var response = OIDCTokenResponseParser.parse(
                    send(new TokenRequest.Builder(known().metadata().getTokenEndpointURI(), authentication(), grant)
                            .build()
                            .toHTTPRequest()));
            if (!response.indicatesSuccess()) throw refused("it does not take the code");
            return identity(((OIDCTokenResponse) response.toSuccessResponse()), login.nonce());
        });
    }

    private ProviderIdentity identity(OIDCTokenResponse tokens, String nonce)
            throws GeneralException, IOException, JOSEException, BadJOSEException {
        var idToken = tokens.getOIDCTokens().getIDToken();
        var validator = new IDTokenValidator(
                new Issuer(config.issuer()),
                clientId(),
                new JWSVerificationKeySelector<>(SIGNED_BY_PROVIDER, known().keys()),
                null);
        var claims = validator.validate(idToken, new Nonce(nonce));
        var person =
                claims.getStringClaim("email") == null && known().metadata().getUserInfoEndpointURI() != null
                        ? userInfo(
                                tokens.getOIDCTokens().getAccessToken(),
                                claims.getSubject().getValue())
                        : new Person(
                                claims.getStringClaim("email"),
                                claims.getBooleanClaim("email_verified"),
                                claims.getStringClaim("name"));
        return new ProviderIdentity(
                claims.getIssuer().getValue(),
                claims.getSubject().getValue(),
                Optional.ofNullable(person.email())
                        .filter(email -> Boolean.TRUE.equals(person.verified()) && Email.isPlausible(email))
                        .map(Email::normalised),
                Optional.ofNullable(person.name()));
    }

    private record Person(String email, Boolean verified, String name) {
        static Person of(PersonClaims claims) {
            return new Person(claims.getEmailAddress(), claims.getEmailVerified(), claims.getName());
        }
    }

    /** Providers may keep the e-mail out of the ID token (section 5.4); the subject must then be the same (section 5.3.2). */
    private Person userInfo(AccessToken token, String subject) throws GeneralException, IOException {
        var request = new UserInfoRequest(known().metadata().getUserInfoEndpointURI(), token);
        var response = UserInfoResponse.parse(send(request.toHTTPRequest()));
        if (!response.indicatesSuccess()) throw refused("it does not say who it is");
        var info = response.toSuccessResponse().getUserInfo();
        if (info == null || !info.getSubject().getValue().equals(subject)) throw refused("its answers do not agree");
        return Person.of(info);
    }

    private ClientID clientId() {
        return new ClientID(config.clientId());
    }

    /** As the provider wants it; where it does not say, by HTTP Basic (OpenID Connect Discovery 1.0, section 3). */
    private ClientAuthentication authentication() throws IOException {
        var secret = new Secret(config.clientSecret().reveal());
        var methods = known().metadata().getTokenEndpointAuthMethods();
        var posted = methods != null
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST);
        return posted ? new ClientSecretPost(clientId(), secret) : new ClientSecretBasic(clientId(), secret);
    }

    private Known known() throws IOException {
        var before = known;
        if (before != null) return before;
        try {
            var metadata = OIDCProviderMetadata.resolve(new Issuer(config.issuer()), CONNECT_MILLIS, READ_MILLIS);
            var retriever = new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, LARGEST_BYTES);
            var keys = JWKSourceBuilder.create(metadata.getJWKSetURI().toURL(), retriever)
                    .build();
            known = new Known(metadata, keys);
            return known;
        } catch (GeneralException unusable) {
            throw new IOException("what it tells about itself does not hold: " + unusable.getMessage(), unusable);
        }
    }

    private static HTTPResponse send(HTTPRequest request) throws IOException {
        request.setConnectTimeout(CONNECT_MILLIS);
        request.setReadTimeout(READ_MILLIS);
        request.setFollowRedirects(false);
        var response = request.send();
        if (response.getStatusCode() >= 500) throw new IOException("it answers " + response.getStatusCode());
        return response;
    }

    private <T> Future<T> ask(Callable<T> question) {
        return threads.executeBlocking(question, false).recover(failure -> Future.failedFuture(told(failure)));
    }

    private Throwable told(Throwable failure) {
        if (failure instanceof Problem) return failure;
        LOG.warn("the OpenID provider {} is of no use: {}", config.issuer(), failure.toString());
        if (failure instanceof IOException || failure instanceof RemoteKeySourceException) {
            return Problem.unavailable("The provider does not answer at the moment. Try again.", RETRY_SECONDS);
        }
        if (failure instanceof GeneralException || failure instanceof BadJOSEException) {
            return refused("its answer does not hold");
        }
        return failure;
    }

    private static Problem refused(String why) {
        return Problem.unauthenticated(
                "provider-refused", "The provider did not confirm this sign-in: " + why + ". Begin again.");
    }

    Future<Void> close() {
        return threads.close();
    }
}
