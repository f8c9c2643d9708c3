from django.urls import path

from apps.documents.views import files, papers, verify

app_name = "documents"

urlpatterns = [
    path("files/<slug:public_id>/", files.file, name="file"),
    path("papers/<slug:public_id>/", papers.paper, name="paper"),
    path("papers/<slug:public_id>/file/", papers.paper_file, name="paper_file"),
    path("papers/<slug:public_id>/print/", papers.paper_print, name="paper_print"),
    path("v/<slug:token>/", verify.verify_token, name="verify_token"),
    path("verify/", verify.verify, name="verify"),
    path("verify/file/", verify.verify_file, name="verify_file"),
]
