/** The rules of accounts and sessions, without a framework: who may sign in, stay signed in, or run the shop. */
package omnibus.user.model;
