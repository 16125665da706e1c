// The passkey buttons: asks the browser for what the server wants signed, puts the answer into the form and sends it.
"use strict";
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const described = (list) => list?.map((each) => ({ ...each, id: toBytes(each.id) }));

function options(button) {
  const given = JSON.parse(button.dataset.options);
  given.challenge = toBytes(given.challenge);
  if (given.user) given.user.id = toBytes(given.user.id);
  if (given.excludeCredentials) given.excludeCredentials = described(given.excludeCredentials);
  if (given.allowCredentials) given.allowCredentials = described(given.allowCredentials);
  return { publicKey: given };
}

function answer(credential) {
  const { response } = credential;
  const parts = { clientDataJSON: toText(response.clientDataJSON) };
  if (response.attestationObject) {
    parts.attestationObject = toText(response.attestationObject);
  } else {
    parts.authenticatorData = toText(response.authenticatorData);
    parts.signature = toText(response.signature);
    parts.userHandle = toText(response.userHandle) ?? null;
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: parts,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

const words = {
  InvalidStateError: "This device has a passkey for the account already.",
  NotAllowedError: "No passkey came: it was cancelled, or it took too long. Try again.",
  SecurityError: "The browser makes no passkey for this address. Tell your administrator.",
};

for (const button of document.querySelectorAll("button[data-passkey]")) {
  const { form } = button;
  const said = document.getElementById("passkey-said");
  const ask = async () => {
    button.disabled = true;
    said.hidden = true;
    try {
      const credential = await navigator.credentials[button.dataset.passkey](options(button));
      form.elements[button.dataset.field].value = answer(credential);
      form.submit();
    } catch (error) {
      said.querySelector("p").textContent = words[error.name] ?? `The browser gave no passkey (${error.name}).`;
      said.hidden = false;
      button.disabled = false;
    }
  };
  if (window.PublicKeyCredential) {
    button.hidden = false;
    button.addEventListener("click", ask);
    if ("auto" in button.dataset) ask();
  } else if (said) {
    said.querySelector("p").textContent = "This browser knows no passkeys. Use another method.";
    said.hidden = false;
  }
}
