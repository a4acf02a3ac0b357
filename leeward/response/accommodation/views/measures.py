from django.http import HttpRequest, HttpResponse


def measures(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def measures_csv(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
