/*
 * The shop's bus for scripts in a browser: calls of public operations, and events as they happen.
 * Load sockjs.min.js and vertx-eventbus.js before it; docs/live.md has an example and the messages behind it.
 *
 *   const live = new OmnibusLive('/eventbus', {token: () => accessToken});
 *   const answer = await live.call('product.getProduct', {path: {id}});        // {status, headers, body}
 *   const stop = live.subscribe('events.products', event => …, {onReset: () => …});
 *   live.close();
 *
 * It connects by itself, again and again after longer and longer pauses of random length, and every subscription goes on
 * behind the last event it has seen. Where that is too long ago, onReset is called instead: read the present state, the
 * events go on from there.
 */
(function (global) {
  'use strict';

  const PING_MILLIS = 20000;
  const FIRST_PAUSE_MILLIS = 500;
  const LONGEST_PAUSE_MILLIS = 30000;

  class OmnibusLive {
    /**
     * @param url of the bridge, such as '/eventbus'
     * @param options token: an access token, or a function that returns one or a promise of one; it is asked at every
     *   connection and every call, so let it renew a token that is about to expire. onState: told 'open' or 'closed'.
     */
    constructor(url, options) {
      this.url = url;
      this.options = options || {};
      this.channels = new Map();
      this.waiting = new Set();
      this.openers = [];
      this.failures = 0;
      this.closed = false;
      this.connect();
    }

    connect() {
      this.bus = new global.EventBus(this.url, {vertxbus_ping_interval: PING_MILLIS, transports: ['websocket']});
      this.bus.onerror = refusal => this.report(refusal);
      this.bus.onunhandled = message => { if (message.type === 'err') this.report(message); };
      this.bus.onopen = () => {
        if (this.closed) {
          this.bus.close();
          return;
        }
        this.openedAt = Date.now();
        this.tell('open');
        this.channels.forEach(channel => this.register(channel));
        this.openers.splice(0).forEach(opener => opener.resolve());
      };
      this.bus.onclose = () => {
        this.tell('closed');
        this.loseCalls();
        if (this.closed) return;
        if (this.openedAt && Date.now() - this.openedAt > LONGEST_PAUSE_MILLIS) this.failures = 0;
        this.openedAt = 0;
        this.pause = setTimeout(() => this.connect(), this.nextPause());
      };
    }

    /** All browsers of a gateway that went come back at once if it is not random. */
    nextPause() {
      return Math.random() * Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** this.failures++);
    }

    isOpen() {
      return this.bus.state === global.EventBus.OPEN;
    }

    /**
     * Calls a public operation by its name. ask: path, query and headers as objects, body as over HTTP. The promise is
     * kept whatever the status; it fails when the connection is lost before the answer: then nobody knows whether it was
     * done, and a write is repeated with the same Idempotency-Key.
     */
    async call(operation, ask) {
      const {path = {}, query = {}, headers = {}, body} = ask || {};
      let sent;
      do {
        // The token last: one that was good when the connection went may have expired since.
        while (!this.isOpen()) await this.opened();
        sent = await this.authorized(headers);
      } while (!this.isOpen());
      Object.keys(path).forEach(name => { sent['path.' + name] = path[name]; });
      Object.keys(query).forEach(name => { sent['query.' + name] = query[name]; });
      return new Promise((resolve, reject) => {
        const call = {reject};
        this.waiting.add(call);
        this.bus.send(operation, body === undefined ? null : body, sent, (refusal, message) => {
          this.waiting.delete(call);
          if (refusal) reject(Object.assign(new Error(refusal.message), refusal));
          else resolve(message.body);
        });
      });
    }

    opened() {
      return new Promise((resolve, reject) => {
        if (this.closed) reject(new Error('This connection has been closed.'));
        else this.openers.push({resolve, reject});
      });
    }

    /**
     * Calls handler with every event of an address from now on. options: onReset, onError (may not, or may not yet).
     * One subscription for each address. Returns a function that ends it.
     */
    subscribe(address, handler, options) {
      const channel = {address, handler, options: options || {}, sequence: null};
      this.channels.set(address, channel);
      if (this.isOpen()) this.register(channel);
      return () => this.unsubscribe(channel);
    }

    async register(channel) {
      const bus = this.bus;
      let headers;
      try {
        headers = await this.authorized({});
      } catch (noToken) {
        this.report({failureCode: 0, message: 'no token for ' + channel.address + ': ' + noToken});
        this.registerLater(channel, bus);
        return;
      }
      if (channel.sequence) headers.after = channel.sequence;
      if (bus !== this.bus || !this.isOpen() || !this.isWanted(channel)) return;
      channel.registered = (refusal, message) => this.take(channel, refusal, message, bus);
      bus.registerHandler(channel.address, headers, channel.registered);
    }

    registerLater(channel, bus) {
      setTimeout(() => {
        if (bus === this.bus && this.isOpen() && this.isWanted(channel)) this.register(channel);
      }, FIRST_PAUSE_MILLIS + this.nextPause());
    }

    isWanted(channel) {
      return this.channels.get(channel.address) === channel;
    }

    take(channel, refusal, message, bus) {
      if (!this.isWanted(channel)) return;
      if (refusal) {
        (channel.options.onError || (problem => this.report(problem)))(refusal);
        // What may not be heard stays so; everything else passes.
        if (refusal.failureCode === 403 || refusal.failureCode === 400) return;
        bus.unregisterHandler(channel.address, channel.registered);
        this.registerLater(channel, bus);
        return;
      }
      const before = channel.sequence;
      channel.sequence = message.headers.sequence;
      if (message.body.type !== 'Subscribed') channel.handler(message.body);
      else if (before && !message.body.resumed && channel.options.onReset) channel.options.onReset();
    }

    unsubscribe(channel) {
      if (!this.isWanted(channel)) return;
      this.channels.delete(channel.address);
      if (channel.registered && this.isOpen()) {
        this.bus.unregisterHandler(channel.address, channel.registered);
      }
    }

    /** Ends it for good. */
    close() {
      this.closed = true;
      clearTimeout(this.pause);
      this.openers.splice(0).forEach(opener => opener.reject(new Error('This connection has been closed.')));
      if (this.isOpen()) this.bus.close();
    }

    async authorized(headers) {
      const token = this.options.token;
      const value = typeof token === 'function' ? await token() : token;
      return value ? Object.assign({Authorization: 'Bearer ' + value}, headers) : Object.assign({}, headers);
    }

    loseCalls() {
      const lost = [...this.waiting];
      this.waiting.clear();
      lost.forEach(call => call.reject(new Error('The connection was lost before the answer came.')));
    }

    tell(state) {
      if (this.options.onState) this.options.onState(state);
    }

    report(refusal) {
      console.error('omnibus live:', refusal.failureCode, refusal.message);
    }
  }

  global.OmnibusLive = OmnibusLive;
})(window);
